"""Kazakhstan: identifier rules, name folding, object identifiers and certificate profiles, texts of law."""

TIME_ZONE = "Asia/Almaty"
CODE = "KZ"
