"""Local vision-language models: their folders, processors, loading, and tiny ones for tests.

torch and transformers are imported only inside functions: nothing here costs a web process memory.
"""
