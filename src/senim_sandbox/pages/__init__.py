"""Pages of the sandbox, for people: plain HTML without script, in Kazakh, Russian and English."""
