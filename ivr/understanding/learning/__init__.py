"""Learning what utterances mean, from the corpus: only for training and its report; a call needs the model alone."""
