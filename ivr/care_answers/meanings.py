"""What can be answered in a care call: the keys of its corpus and of its model, and what of it a person must look after."""

from ivr.understanding.intents import NONE
from models.care_calls import CareConcern

WELL = "well"
UNWELL = "unwell"
FELL = "fell"
LOW = "low"
CONFUSED = "confused"
EATEN = "eaten"
NOT_EATEN = "not_eaten"
MEDICINE_TAKEN = "medicine_taken"
MEDICINE_MISSED = "medicine_missed"
MEDICINE_OUT = "medicine_out"
NEED = "need"
NOTHING_NEEDED = "nothing_needed"
HERE = "here"  # it is I, and you may speak
NOT_NOW = "not_now"
CHILD = "child"
OTHER_PERSON = "other_person"
MACHINE = "machine"

CONCERNS = {
    FELL: CareConcern.FELL,
    UNWELL: CareConcern.UNWELL,
    CONFUSED: CareConcern.CONFUSED,
    LOW: CareConcern.LOW,
    NOT_EATEN: CareConcern.NOT_EATEN,
    MEDICINE_OUT: CareConcern.MEDICINE_OUT,
}
# Said by a resident about themselves: who says one of these is there, and may be asked on.
OF_A_RESIDENT = frozenset({WELL, EATEN, MEDICINE_TAKEN, MEDICINE_MISSED, NEED, NOTHING_NEEDED, *CONCERNS})
ANSWERS = OF_A_RESIDENT | {HERE, NOT_NOW, CHILD, OTHER_PERSON, MACHINE}
ALL = ANSWERS | {NONE}
