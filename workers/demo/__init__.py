"""The demo: a small project in which the whole loop has been gone through once, by the real services.

Only the experts' answers are invented (`panel`), and said to be; everything else is what the
program makes of them. ``manage.py load_demo`` goes through `story`; each step can be run again.
"""
