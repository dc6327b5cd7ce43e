"""Votes on two rationales of one crop become samples."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0011_references_agreed_on"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sample",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sft_crop", "SFT: best crop"),
                    ("sft_guidance", "SFT: guidance"),
                    ("dpo_crop", "DPO: better crop over worse"),
                    ("dpo_text", "DPO: revision over draft"),
                    ("dpo_rationale", "DPO: better rationale over worse"),
                    ("sft_region", "SFT: region for a question"),
                    ("rl_region", "GRPO: region for a question"),
                    ("rl_gap", "GRPO: answer under an information gap"),
                ],
                max_length=16,
            ),
        ),
    ]
