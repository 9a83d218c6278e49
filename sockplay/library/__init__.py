"""What a person keeps between sessions: payloads and message definitions, as files of text."""
