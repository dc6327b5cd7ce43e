"""What the recipes share: settings, loading, adapters, the watched training loop, saving.

Every function here that needs torch, transformers, TRL or PEFT imports it inside.
"""
