"""A host: it stores people, shows an import step by step, and applies the plan. Not part of the library; copy what you need."""
