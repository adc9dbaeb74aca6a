"""The languages that pages can be written in: a row here, and a catalogue of texts in statusgen/locale/."""

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ja", "ar")
"""Their codes as `languages:` has them. The texts of the first stand in the code itself."""
