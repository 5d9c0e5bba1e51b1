"""Large programs whose size is in one list of one declaration, or in declarations that name each other: what `shapes.py`
has for contracts, for sagas, slips, partners, deployments, versions and scenarios."""

HEAD = "module giant\n"
BEGIN = "public event Begun { key id: uuid }\n"


def commands(n):
    return "".join(f"command Do{i} {{ key id: uuid }}\n" for i in range(n))


def taken(n):
    """Handlers of `commands(n)`."""
    return "handlers Works {\n" + "".join(f"  do_{i}(Do{i})\n" for i in range(n)) + "}\n"


def emissions(n):
    """One transition that publishes each of n events."""
    text = HEAD + BEGIN + "".join(f"public event Did{i} {{ key id: uuid }}\n" for i in range(n))
    published = ", ".join(f"Did{i} {{ id }}" for i in range(n))
    text += f"saga Tells {{\n  key id: uuid\n  start on Begun -> done publishes {published}\n  final done\n}}\n"
    return text + "service giant { Tells }\n"


def sends(n):
    """One handler that sends each of n commands."""
    sent = ", ".join(f"Do{i}" for i in range(n))
    return HEAD + BEGIN + commands(n) + taken(n) + f"handlers First {{ first(Begun) sends {sent} }}\nservice giant {{ Works First }}\n"


def transitions(n):
    """One state that waits for each of n events."""
    text = HEAD + BEGIN + "".join(f"public event Came{i} {{ key id: uuid }}\n" for i in range(n))
    text += "saga Waits {\n  key id: uuid\n  start on Begun -> waiting\n  state waiting {\n"
    text += "".join(f"    on Came{i} -> {'waiting' if i else 'done'}\n" for i in range(n))
    return text + "  }\n  final done\n  otherwise ignore\n}\nservice giant { Waits }\n"


def states(n):
    """A saga that passes n states, each with a timer."""
    text = HEAD + BEGIN + "public event Next { key id: uuid }\nsaga Passes {\n  key id: uuid\n  start on Begun -> s0\n"
    for i in range(n):
        text += f"  state s{i} {{ on Next -> {f's{i + 1}' if i + 1 < n else 'done'}  after 1h -> late }}\n"
    return text + "  final done, late\n}\nservice giant { Passes }\n"


def targets(n):
    """One transition to any of n states."""
    text = HEAD + BEGIN + "public event Next { key id: uuid }\nsaga Picks {\n  key id: uuid\n  start on Begun -> "
    text += " | ".join(f"s{i}" for i in range(n)) + "\n"
    text += "".join(f"  state s{i} {{ on Next -> done  after 1h -> done }}\n" for i in range(n))
    return text + "  final done\n}\nservice giant { Picks }\n"


def finals(n):
    """A saga that ends in any of n ways."""
    names = [f"f{i}" for i in range(n)]
    return (HEAD + BEGIN + "saga Ends {\n  key id: uuid\n  start on Begun -> " + " | ".join(names) + "\n  final "
            + ", ".join(names) + "\n}\nservice giant { Ends }\n")


def sagas(n):
    """Sagas that start on one event."""
    text = HEAD + BEGIN + "public event Next { key id: uuid }\n"
    for i in range(n):
        text += f"saga S{i} {{\n  key id: uuid\n  start on Begun -> open\n  state open {{ on Next -> done  after 1h -> done }}\n  final done\n}}\n"
    return text + "service giant { " + " ".join(f"S{i}" for i in range(n)) + " }\n"


def slips(n):
    """Orchestrators of ten steps, each second with a condition."""
    text = HEAD + "record Part { id: uuid }\nsteps Steps {\n"
    text += "".join(f"  begin_{i}(Begin{i}) -> Part\n" for i in range(n))
    text += "".join(f"  step_{i}(Part) -> Part\n" for i in range(9)) + "}\n"
    for i in range(n):
        text += f"public command Begin{i} {{ key id: uuid  urgent: bool }}\norchestrator Slip{i}(Begin{i}) {{\n  begin_{i}\n"
        text += "".join(f"  step_{j}{' when input.urgent' if j % 2 else ''}\n" for j in range(9)) + "}\n"
    return text + "service giant { Steps " + " ".join(f"Slip{i}" for i in range(n)) + " }\n"


def choices(n):
    """Orchestrators that choose among ten steps."""
    text = HEAD + "record Part { id: uuid }\nsteps Steps {\n"
    text += "".join(f"  begin_{i}(Begin{i}) -> Part\n" for i in range(n))
    text += "".join(f"  step_{i}(Part) -> Part\n" for i in range(9)) + "}\n"
    chosen = ", ".join(f"step_{i}" for i in range(9))
    for i in range(n):
        text += f"public command Begin{i} {{ key id: uuid }}\n"
        text += f"orchestrator Slip{i}(Begin{i}) {{ choose among begin_{i}, {chosen} }}\n"
    return text + "service giant { Steps " + " ".join(f"Slip{i}" for i in range(n)) + " }\n"


def mapping(n):
    """A translation that fills n fields."""
    fields = "".join(f"  field_{i}: string\n" for i in range(n))
    text = HEAD + f"public event Told {{\n  key id: uuid\n{fields}}}\ncommand Take {{\n  key id: uuid\n{fields}}}\n"
    text += "translate Told -> Take {\n  id\n" + "".join(f"  field_{i}\n" for i in range(n)) + "}\n"
    return text + "handlers Takes { take(Take) }\nservice giant { Takes }\n"


def translations(n):
    text = HEAD + "".join(f"public event Told{i} {{ key id: uuid }}\n" for i in range(n)) + commands(n) + taken(n)
    return text + "".join(f"translate Told{i} -> Do{i} {{ id }}\n" for i in range(n)) + "service giant { Works }\n"


def versions(n):
    """Messages of four versions."""
    text = HEAD
    for i in range(n):
        for version in range(1, 5):
            added = f"  last_{version}: int32 = 0" if version > 1 else ""
            text += f"public event Grown{i} v{version} {{ key id: uuid  size: int32{added} }}\n"
        text += "".join(f"upcast Grown{i} v{old} -> v{old + 1} {{ id  size }}\n" for old in range(1, 4))
    return text + "handlers Takes {\n" + "".join(f"  take_{i}(Grown{i})\n" for i in range(n)) + "}\nservice giant { Takes }\n"


def partners(n):
    """Publishers, one event forwarded to each."""
    text = HEAD + BEGIN + "public command Ask { key id: uuid }\nhandlers Asks { ask(Ask) publishes Begun }\nservice giant { Asks }\n"
    text += "".join(f'publisher p_{i} {{ topic "t{i}" }}\n' for i in range(n))
    text += "forward Begun to " + ", ".join(f"p_{i}" for i in range(n)) + "\ndeploy here {\n  store memory\n"
    return text + "".join(f'  publisher p_{i} on file("p_{i}.jsonl")\n' for i in range(n)) + "}\n"


def placements(n):
    """A deployment with a store and a broker, n services and each one's channels placed."""
    text = HEAD + BEGIN
    for i in range(n):
        text += f"channel work_{i} {{ concurrency 2 }}\nhandlers C{i} {{ on_begun(Begun) via work_{i} }}\nservice s_{i} {{ C{i} }}\n"
    text += 'deploy prod {\n  store main: postgres(url: env("DB"))\n  broker wide: kafka(servers: env("KAFKA"))\n'
    text += "".join(f"  service s_{i} {{ listens wide  channels on main  channel work_{i} on wide partitions 2 }}\n" for i in range(n))
    return text + "}\n"


def deployments(n):
    text = HEAD + BEGIN + "handlers Takes { take(Begun) }\nservice giant { Takes }\n"
    return text + "".join(f'deploy d_{i} {{ store sqlite("d{i}.db") }}\n' for i in range(n))


def scenarios(n):
    text = HEAD + BEGIN + "public event Ended { key id: uuid }\nhandlers Takes { take(Begun) publishes Ended }\nservice giant { Takes }\n"
    for i in range(n):
        text += f'scenario "case {i}" {{\n  given Begun {{ id: "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b" }}\n  expect Ended\n}}\n'
    return text


def scenario(n):
    """A scenario of n lines."""
    text = HEAD + BEGIN + "public event Ended { key id: uuid }\nhandlers Takes { take(Begun) publishes Ended }\nservice giant { Takes }\n"
    text += 'scenario "long" {\n'
    return text + '  given Begun { id: "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b" }\n  advance 1s\n  expect Ended\n' * n + "}\n"


def retired(n):
    text = HEAD + BEGIN + "handlers Takes {\n  take(Begun)\n"
    return text + "".join(f'  retired "old.{i}"\n' for i in range(n)) + "}\nservice giant { Takes }\n"


def declassified(n):
    """A forward that declassifies n fields."""
    text = HEAD + "public event Told {\n  key id: uuid\n" + "".join(f"  field_{i}: string @personal\n" for i in range(n)) + "}\n"
    text += "public command Ask { key id: uuid }\nhandlers Asks { ask(Ask) publishes Told }\nservice giant { Asks }\n"
    text += 'publisher p { topic "t" }\nforward Told to p declassify(' + ", ".join(f"field_{i}" for i in range(n)) + ")\n"
    return text + 'deploy here {\n  store memory\n  publisher p on file("p.jsonl")\n}\n'


# Name -> its whole size in the test of giants.
SIZES = {
    "emissions": 20_000, "sends": 20_000, "transitions": 20_000, "states": 40_000, "targets": 40_000, "finals": 100_000,
    "sagas": 10_000, "slips": 4_000, "choices": 4_000, "mapping": 40_000, "translations": 10_000, "versions": 5_000,
    "partners": 20_000, "placements": 10_000, "deployments": 20_000, "scenarios": 40_000, "scenario": 40_000,
    "retired": 100_000, "declassified": 40_000,
}
TOPOLOGIES = {name: globals()[name] for name in SIZES}
