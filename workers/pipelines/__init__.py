"""Draft pipelines: what a machine does before an expert sees anything.

A pipeline is a module with ``run(work: Work) -> Outcome``. It asks the drafting backend, stores the
draft, lets the verifiers look, stores the verdict. It may be run again after a crash at any
point: drafts and verdicts are found by their work key and not paid for twice.
"""
