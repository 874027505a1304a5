"""Kazakhstan: identifier rules, name folding, object identifiers and certificate profiles, texts of law."""
