"""Sound: prompts, formats, voice activity, recognisers, synthesisers."""
