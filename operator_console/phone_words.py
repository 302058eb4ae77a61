"""What the page's telephone says, and why operators pause."""

from operator_console.words import Said

# By the key that is pressed for it in the pause menu.
PAUSES = {
    "break": Said("休息", "Break"),
    "meal": Said("吃饭", "Meal"),
    "paperwork": Said("整理资料", "Paperwork"),
    "meeting": Said("开会", "Meeting"),
    "training": Said("培训", "Training"),
    "other": Said("其他", "Something else"),
}
# The page's own reason: nobody would be heard.
NO_MICROPHONE = "microphone"
