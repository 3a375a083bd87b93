"""What is wrong with the music of lines: it is cut into pieces as long as a heartbeat, so it has to be a WAV file."""

from pathlib import Path

from ivr.core.flow.near import nearest
from ivr.core.flow.problem import Problem
from ivr.core.wav import NotAudio, read
from ivr.flowfile.paths import PROMPTS, QUEUES, prompts_in
from ivr.flowfile.queues import Queues

SHORTEST_SECONDS, LONGEST_SECONDS = 10, 900
TO_WAV = "for example with: ffmpeg -i music.mp3 -ac 1 -ar 8000 music.wav"


def music_problems(queues: Queues, folder: Path) -> list[Problem]:
    """Every problem of the lines' music, at its place in queues.yaml. Without it callers hear silence."""
    there = sorted(prompts_in(folder)) if queues.music else []
    found = []
    for queue, file in queues.music.items():
        if file not in there:
            near = nearest(file, there)
            hint = f"did you mean '{near}'?" if near else "sound files belong in flows/prompts/"
            told = ("F035", f"there is no music '{file}': callers hear silence between the words", hint)
        elif (why := _unusable(folder / PROMPTS / file)) is not None:
            told = ("F082", f"'{file}' can't be music: {why}", TO_WAV)
        else:
            continue
        at = queues.at(f"queues.{queue}.music")
        found.append(Problem(str(folder / QUEUES), at.line, at.column, *told))
    return found


def _unusable(file: Path) -> str | None:
    try:
        seconds = read(file.read_bytes()).seconds
    except OSError as error:
        return f"it can't be read ({error.strerror})"
    except NotAudio as problem:
        return f"it is no WAV file: {problem}"
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        return f"it lasts {seconds:.0f} s, and {SHORTEST_SECONDS} s to 15 minutes are played well"
    return None
