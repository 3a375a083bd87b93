"""A flow of about 60 steps, as large as an operator's largest."""


def big_flow() -> str:
    """Five matters of two menus, four queues and what follows, each; all fall back on reception and a message."""
    lines = ["title: A large house", "language: en-GB", "time_zone: Europe/London", "on_fault: message", "", "steps:"]
    lines += [
        "  welcome:",
        "    say: Welcome.",
        "    next: opening",
        "  opening:",
        "    hours: {monday-friday: 08:00-18:00}",
    ]
    lines += ["    open: matters", "    closed: night", "  night:", "    say: We are closed.", "    next: message"]
    lines += ["  matters:", "    menu: Which matter?", "    keys:"]
    lines += [f"      {matter}: {{label: Matter {matter}, next: matter-{matter}}}" for matter in range(1, 6)]
    lines += ["      star: matters", "    otherwise: reception"]
    for matter in range(1, 6):
        lines += [f"  matter-{matter}:", f"    menu: Which part of matter {matter}?", "    keys:"]
        lines += [f"      {part}: {{label: Part {part}, next: ask-{matter}-{part}}}" for part in range(1, 4)]
        lines += ["      star: matters", f"    otherwise: queue-{matter}-1"]
        for part in range(1, 4):
            lines += [
                f"  ask-{matter}-{part}:",
                "    ask: Your file number?",
                "    save: file",
                "    min: 4",
                "    max: 8",
            ]
            lines += [f"    next: noted-{matter}-{part}", f"    otherwise: queue-{matter}-{part}"]
            lines += [f"  noted-{matter}-{part}:", "    say: Noted.", f"    next: queue-{matter}-{part}"]
            lines += [
                f"  queue-{matter}-{part}:",
                "    queue: desk",
                "    max_wait: 5 min",
                "    next: thanks",
                "    otherwise: message",
            ]
    lines += ["  reception:", "    queue: desk", "    max_wait: 5 min", "    next: thanks", "    otherwise: message"]
    lines += ["  message:", "    voicemail: house", "    greeting: Leave a message.", "    next: goodbye"]
    lines += ["  thanks:", "    hangup: Thank you.", "  goodbye:", "    hangup: Goodbye."]
    return "\n".join(lines) + "\n"
