"""What callers can mean beside the services of the catalogue: the keys of the corpus, of the model and of an evaluation."""

EMERGENCY = "emergency"
OPERATOR = "operator"
REPEAT = "repeat"
SLOWER = "slower"
LOUDER = "louder"
WAIT = "wait"
YES = "yes"
NO = "no"
CANCEL = "cancel"
QUERY = "query"
CONTACT = "contact"
MESSAGE = "message"
SAME_AGAIN = "same_again"
# Talk about nothing we do.
NONE = "none"

# Understood in every state, whatever was asked.
EVERYWHERE = frozenset({EMERGENCY, OPERATOR, REPEAT, SLOWER, LOUDER, WAIT})
# What is said again, slower or louder.
OBLIGING = frozenset({REPEAT, SLOWER, LOUDER})
# No service may have one of these keys.
RESERVED = EVERYWHERE | {YES, NO, CANCEL, QUERY, CONTACT, MESSAGE, SAME_AGAIN, NONE}
