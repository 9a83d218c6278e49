"""The one table of actions: keys, footer, palette, help and README are all made from it."""

from __future__ import annotations

from typing import Final

import msgspec
from textual.binding import Binding

KEY_NAMES: Final = {
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "space": "Space",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
}


class Action(msgspec.Struct, frozen=True):
    """Something a person can do."""

    id: str
    """Its name in a keymap."""
    key: str
    """Its key, as Textual names keys; empty when only the palette has it."""
    title: str
    """What the footer and the palette call it."""
    help: str
    """One sentence."""
    group: str
    run: str
    """The action that runs it, as Textual writes one."""

    @property
    def key_text(self) -> str:
        """The key as people write it."""
        if self.key in KEY_NAMES:
            return KEY_NAMES[self.key]
        if len(self.key) == 1:
            return self.key
        return "+".join(part.capitalize() for part in self.key.split("+")) if self.key else ""

    def binding(self) -> Binding:
        """Its key binding."""
        return Binding(self.key, self.run, self.title, show=False, tooltip=self.help, id=self.id)


ACTIONS: Final = (
    Action("help", "f1", "help", "Show all keys, colours and words.", "App", "help"),
    Action("new-server", "f2", "server", "Start a server.", "Start", "new_server"),
    Action("new-client", "f3", "client", "Start a client.", "Start", "new_client"),
    Action("pair", "f4", "pair", "Start a TCP server and a connected client.", "Start",
           "pair('tcp')"),
    Action("pair-udp", "", "pair over UDP", "Start a UDP server and a client of it.", "Start",
           "pair('udp')"),
    Action("pair-unix", "", "pair over a Unix path", "Start a Unix server and a connected client.",
           "Start", "pair('unix')"),
    Action("send", "f5", "send", "Send what is composed to the targets.", "Send", "send"),
    Action("recv", "f6", "recv…", "Make one recv by hand, or loop until exactly n bytes are "
           "there.", "Read", "recv"),
    Action("reads", "m", "auto/hand", "Change between reading by itself and reading by hand.",
           "Read", "reads"),
    Action("stop-waiting", "", "give up a waiting recv", "End a recv that waits for data.", "Read",
           "stop_waiting"),
    Action("shut-write", "w", "end sending", "shutdown(SHUT_WR): finish sending, go on reading.",
           "End", "shut('SHUT_WR')"),
    Action("shut-read", "", "end reading", "shutdown(SHUT_RD): finish reading, go on sending.",
           "End", "shut('SHUT_RD')"),
    Action("shut-both", "", "end both halves", "shutdown(SHUT_RDWR): finish both.", "End",
           "shut('SHUT_RDWR')"),
    Action("close", "x", "close", "Close the socket; a server with its connections.", "End",
           "close"),
    Action("abort", "X", "reset", "Close with a reset (RST): the peer sees an error.",
           "End", "abort"),
    Action("clear-ended", "", "clear ended sockets", "Take ended sockets out of the list.", "End",
           "clear_ended"),
    Action("mark", "", "mark as target", "Mark the socket, so that sends go to all marked ones "
           "(Space in the socket list).", "Send", "mark"),
    Action("mode", "ctrl+t", "next form", "Compose as text, integers, hex, fields or a message.",
           "Send", "mode"),
    Action("order", "ctrl+b", "byte order", "Flip the byte order of what is composed.", "Send",
           "order"),
    Action("how", "", "send or sendall", "Change between one send and a sendall.", "Send", "how"),
    Action("history", "ctrl+r", "history", "Choose from what was composed before, to send it "
           "again.", "Send", "history"),
    Action("filter", "slash", "filter", "Show only calls that hold words, or such as size > 4.",
           "View", "filter"),
    Action("filter-socket", "s", "only this socket", "Show only the calls of the chosen socket, or "
           "of all again.", "View", "filter_socket"),
    Action("search", "ctrl+f", "search", "Find bytes or a text, also where a read has cut it.",
           "View", "search"),
    Action("find-next", "n", "next found", "Go to the next place that was found.", "View",
           "find(1)"),
    Action("find-previous", "N", "previous found", "Go to the place that was found before.", "View",
           "find(-1)"),
    Action("mark-call", "a", "mark call", "Mark the selected call, or take its mark away.", "View",
           "mark_call"),
    Action("note", "A", "note on call", "Mark the selected call with a note of yours.", "View",
           "note"),
    Action("next-mark", "greater_than_sign", "next mark", "Go to the next marked call.", "View",
           "next_mark(1)"),
    Action("previous-mark", "less_than_sign", "previous mark", "Go to the marked call before.",
           "View", "next_mark(-1)"),
    Action("times", "i", "times", "Times of day, since the start, since the call before, since the "
           "other direction.", "View", "time_column"),
    Action("go-to-call", "g", "go to call", "Go to a call by its number.", "View", "go_to_call"),
    Action("follow", "f", "follow", "Stay at the newest call.", "View", "follow"),
    Action("copy-hex", "y", "copy as hex", "Copy the selected bytes, or the call's, as hex.",
           "Copy", "copy('hex')"),
    Action("copy-text", "t", "copy as text", "Copy the selected bytes as text.", "Copy",
           "copy('text')"),
    Action("copy-python", "p", "copy as Python", "Copy the selected bytes as a Python literal.",
           "Copy", "copy('python')"),
    Action("copy-row", "r", "copy the call", "Copy the call as a line of text, with its bytes.",
           "Copy", "copy('row')"),
    Action("copy-line", "P", "copy its Python", "Copy the line of Python that makes the call.",
           "Copy", "copy('line')"),
    Action("compose-these", "e", "edit these bytes", "Put the selected bytes into the composer.",
           "Send", "compose_these"),
    Action("template", "u", "use as template", "Take the selected bytes apart into fields, to edit "
           "and send.", "Meaning", "template"),
    Action("definition", "d", "message definition", "Choose what the messages of a socket "
           "mean: the inspected call's, or the chosen one.", "Meaning", "definition"),
    Action("library", "ctrl+l", "library", "Payloads and definitions that were kept, by name.",
           "Meaning", "library"),
    Action("keep", "", "keep this payload", "Keep what is composed in the library, under a name.",
           "Meaning", "keep"),
    Action("lab", "f9", "bytes lab", "Watch byte order: boxes, wrong readers, a real send.",
           "Meaning", "lab"),
    Action("map", "f7", "map", "The stream map: what was sent and what was read, byte under byte.",
           "Look", "stream_map"),
    Action("code", "f8", "code", "The Python that does what happened here.", "Look", "code"),
    Action("console", "f10", "console", "Python whose sockets are sockplay's: every call by hand, "
           "programs line by line.", "Play", "console"),
    Action("calls", "c", "calls", "Every call of the chosen socket as a button with fields.",
           "Play", "calls"),
    Action("kernel", "k", "kernel", "What the kernel knows of the chosen socket: queues, TCP's "
           "state, options.", "Look", "kernel"),
    Action("knobs", "b", "knobs", "Slice, delay, stall, throttle: make the bugs happen that "
           "loopback hides.", "Play", "knobs"),
    Action("knobs-off", "B", "knobs off", "Set all knobs of the chosen socket back.", "Play",
           "knobs_off"),
    Action("rest", "ctrl+n", "the rest", "Send what the last short send left, or see the loop that "
           "does it.", "Send", "rest"),
    Action("save", "ctrl+s", "save session", "Save the session to a file.", "App", "save"),
    Action("record-elsewhere", "", "record to another file", "Go on recording in another file, "
           "with all that was recorded: when the disk is full.", "App", "record_elsewhere"),
    Action("export", "E", "export", "Write all calls, or some, as packets, a program, JSON, text.",
           "App", "export"),
    Action("replay", "", "replay", "Have a recorded side again with a live peer, and compare.",
           "Play", "replay"),
    Action("compare", "", "compare with a call", "Lay the bytes of two calls side by side.",
           "Look", "compare"),
    Action("compare-session", "", "compare with a session", "Lay what was said in two sessions "
           "side by side.", "Look", "compare_session"),
    Action("open", "ctrl+o", "open a session", "Look at a recorded session, over this one.",
           "App", "open"),
    Action("screenshot", "", "screenshot", "Save a picture of the screen in this folder.", "App",
           "screenshot"),
    Action("leftovers", "", "unsaved sessions", "Save, open or remove sessions that were never "
           "closed, after a crash.", "App", "leftovers"),
    Action("pane-sockets", "1", "sockets", "Go to the sockets.", "View", "pane('sockets')"),
    Action("pane-timeline", "2", "timeline", "Go to the timeline.", "View", "pane('timeline')"),
    Action("pane-inspector", "3", "inspector", "Go to the inspector.", "View",
           "pane('inspector')"),
    Action("pane-composer", "4", "composer", "Go to the composer.", "View", "pane('composer')"),
    Action("quit", "ctrl+q", "quit", "Close all sockets and leave.", "App", "app.quit"),
)  # fmt: skip
"""Letters and digits work wherever no text is being typed; everything is in the palette too."""


def bindings() -> list[Binding]:
    """The key bindings of all actions that have a key."""
    return [action.binding() for action in ACTIONS if action.key]


_FOOTER: Final = (
    *("help", "new-server", "new-client", "pair", "send", "recv", "map", "code", "lab", "console"),
    *("filter", "reads", "shut-write", "close", "abort", "mode", "order", "template"),
    *("definition", "library", "kernel", "calls", "knobs", "filter-socket", "follow", "copy-hex"),
    *("copy-text", "copy-python", "compose-these", "history", "save", "quit"),
)
_RECORDED_FOOTER: Final = (
    *("help", "map", "code", "lab", "filter", "search", "go-to-call", "export", "filter-socket"),
    *("definition", "library", "mark-call", "copy-hex", "copy-text", "copy-python", "template"),
    *("mode", "order", "save", "open", "quit"),
)
"""Of a recorded session, in which nothing is started or sent."""
PALETTE: Final = "palette"


def footer_keys(recorded: bool) -> dict[str, str]:
    """The footer's bindings in order of importance, each with its key as people write it."""
    keys = {action.id: action.key_text for action in ACTIONS}
    names = _RECORDED_FOOTER if recorded else _FOOTER
    return {name: keys[name] for name in names} | {PALETTE: "^P"}


def key_table() -> str:
    """The actions as a Markdown table, group by group."""
    groups = list(dict.fromkeys(action.group for action in ACTIONS))
    rows = [
        f"| {action.group} | {f'`{action.key_text}`' if action.key else 'palette'} "
        f"| {action.title} | {action.help} |"
        for group in groups
        for action in ACTIONS
        if action.group == group
    ]
    return "\n".join(["| | key | action | |", "| --- | --- | --- | --- |", *rows])
