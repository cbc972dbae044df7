"""Still more random changes of a schema file: what teams do to names, relations, indexes, enums and namespaces.

They are apart so that the comparison with the referee keeps its cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mutations import MUTATIONS, Block, Draft

_FIELD = re.compile(r"^\s*(\w+)\s+(\w+)(\[\]|\?)?(?=\s|$)(.*)$")
_DEFAULT = re.compile(r"\s*@default\((?:[^()]|\([^()]*\))*\)")
_INDEX = re.compile(r"^(\s*@@(?:index|unique)\(\s*(?:fields:\s*)?\[)([^\]]*)(\].*)$")
_RELATION = re.compile(r"fields:\s*\[([^\]]*)\]")

Field = tuple[Block, int, re.Match[str]]
"""A model, the place of a line in it, and what is in that line."""


def _fields(changed: Draft, model: Block | None = None) -> list[Field]:
    models = [model] if model is not None else changed.models()
    return [(m, n, found) for m in models for n in m.fields() if (found := _FIELD.match(m.lines[n]))]


def _scalars(changed: Draft) -> list[Field]:
    names = {model.name for model in changed.models()}
    return [field for field in _fields(changed) if field[2][2] not in names]


def _ends(changed: Draft) -> list[Field]:
    """Relation fields that hold the foreign key."""
    return [field for field in _fields(changed) if _RELATION.search(field[2][4])]


def _pick(changed: Draft, found: list[Field], pattern: str = "") -> Field | None:
    fitting = [field for field in found if re.search(pattern, field[0].lines[field[1]])]
    return changed.random.choice(fitting) if fitting else None


# --- names ------------------------------------------------------------------------------------------------------------


def rename_field(changed: Draft) -> bool:
    """A field has another name wherever it is named: another column."""
    found = _pick(changed, _scalars(changed))
    if found is None:
        return False
    model, place, match = found
    name, word = changed.fresh("renamed"), re.compile(rf"\b{match[1]}\b(?![\"(])")
    model.lines[place] = word.sub(name, model.lines[place], count=1)
    for number, line in enumerate(model.lines):
        if line.strip().startswith("@@") or _RELATION.search(line):
            own = r"(fields:\s*\[[^\]]*\]|@@(?:id|unique|index)\(\s*\[[^\]]*\])"
            model.lines[number] = re.sub(own, lambda found: word.sub(name, found[0]), line)
    pointing = re.compile(rf"\s{model.name}\??\s.*references:")
    for other in changed.models():
        for number, line in enumerate(other.lines):
            if pointing.search(line):
                other.lines[number] = re.sub(r"references:\s*\[[^\]]*\]", lambda found: word.sub(name, found[0]), line)
    return True


def _rename_type(changed: Draft, block: Block, name: str) -> None:
    for model in changed.models():
        for place, line in enumerate(model.lines):
            model.lines[place] = re.sub(rf"^(\s*\w+\s+){block.name}(?=[\s\[?]|$)", rf"\g<1>{name}", line)
    block.name = name


def rename_model(changed: Draft) -> bool:
    """A model has another name, and so has its table."""
    if not changed.models():
        return False
    _rename_type(changed, changed.random.choice(changed.models()), changed.fresh("Named"))
    return True


def rename_enum(changed: Draft) -> bool:
    """An enum has another name, in the file or in the database alone."""
    if not changed.enums():
        return False
    enum = changed.random.choice(changed.enums())
    if changed.random.random() < 0.5 or any("@@map" in line for line in enum.lines):
        _rename_type(changed, enum, changed.fresh("Sort"))
    else:
        enum.lines.append(f'  @@map("{changed.fresh("sort of ")}")')
    return True


def rename_enum_value(changed: Draft) -> bool:
    """A value has another name, in defaults as well."""
    enums = [enum for enum in changed.enums() if enum.fields()]
    if not enums:
        return False
    enum = changed.random.choice(enums)
    place = changed.random.choice(enum.fields())
    value, name = enum.lines[place].split()[0], changed.fresh("is")
    enum.lines[place] = enum.lines[place].replace(value, name, 1)
    for model, number, match in _fields(changed):
        if match[2] == enum.name:
            model.lines[number] = re.sub(rf"(@default\([^)]*)\b{value}\b", rf"\g<1>{name}", model.lines[number])
    return True


def name_constraint(changed: Draft) -> bool:
    """A primary key, a unique column or a foreign key gets a name of its own."""
    found = _pick(changed, _fields(changed), r"@(?:id|unique)\b(?!\()|references:(?!.*map:)")
    if found is None:
        return False
    model, place, _ = found
    line, name = model.lines[place], changed.fresh("named")
    model.lines[place] = (
        re.sub(r"(references:\s*\[[^\]]*\])", rf'\1, map: "{name}"', line)
        if "references:" in line
        else re.sub(r"@(id|unique)\b(?!\()", rf'@\1(map: "{name}")', line, count=1)
    )
    return True


# --- enums ------------------------------------------------------------------------------------------------------------


def reorder_enum(changed: Draft) -> bool:
    """Two values change places."""
    enums = [enum for enum in changed.enums() if len(enum.fields()) > 1]
    if not enums:
        return False
    enum = changed.random.choice(enums)
    one, other = changed.random.sample(enum.fields(), 2)
    enum.lines[one], enum.lines[other] = enum.lines[other], enum.lines[one]
    return True


def drop_enum(changed: Draft) -> bool:
    """An enum goes; its columns hold text."""
    if not changed.enums():
        return False
    enum = changed.random.choice(changed.enums())
    for model, place, match in _fields(changed):
        if match[2] == enum.name:
            rest = _DEFAULT.sub("", match[4])
            model.lines[place] = f"  {match[1]} String{match[3] or ''} {rest.strip()}".rstrip()
    changed.blocks.remove(enum)
    return True


def use_enum(changed: Draft) -> bool:
    """A column of text becomes one of an enum."""
    found = _pick(changed, _scalars(changed), r"^\s*\w+\s+String(?!.*@id)")
    if found is None or not changed.enums():
        return False
    model, place, match = found
    rest = re.sub(r"@db\.\w+(\([^)]*\))?", "", _DEFAULT.sub("", match[4])).strip()
    model.lines[place] = f"  {match[1]} {changed.random.choice(changed.enums()).name}{match[3] or ''} {rest}".rstrip()
    return True


# --- relations --------------------------------------------------------------------------------------------------------


def add_relation(changed: Draft) -> bool:
    """A foreign key between two tables that are there."""
    keyed = [field for field in _scalars(changed) if re.search(r"@id\b", field[2][4]) and not field[2][3]]
    target = _pick(changed, keyed)
    if target is None:
        return False
    model, place, match = target
    child, name = changed.random.choice(changed.models()), changed.fresh("tie")
    optional, single = changed.random.choice(("?", "?", "")), changed.random.random() < 0.3
    native = re.search(r"@db\.\w+(\([^)]*\))?", match[4])
    model.lines.insert(place + 1, f'  {name}Back {child.name}{"?" if single else "[]"} @relation("{name}")')
    action = changed.random.choice(("", ", onDelete: Cascade", ", onDelete: NoAction, onUpdate: NoAction"))
    ends = f"fields: [{name}Id], references: [{match[1]}]{action}"
    kind = f"{match[2]}{optional}{' @unique' if single else ''} {native[0] if native else ''}".rstrip()
    child.lines.insert(0, f"  {name}Id {kind}")
    child.lines.insert(0, f'  {name} {model.name}{optional} @relation("{name}", {ends})')
    return True


def drop_relation(changed: Draft) -> bool:
    """A foreign key goes, or a many-to-many relation; the columns stay."""
    models = {model.name: model for model in changed.models()}
    found = _pick(changed, [field for field in _fields(changed) if field[2][2] in models])
    if found is None:
        return False
    model, _, match = found
    named = re.search(r'@relation\((?:name:\s*)?("[^"]*")', match[4])
    ends = {model.name, match[2]}
    for one in (model, models[match[2]]):
        one.lines = [line for line in one.lines if not _is_end(line, ends, named[1] if named else None)]
    return True


def _is_end(line: str, ends: set[str], name: str | None) -> bool:
    match = _FIELD.match(line)
    if match is None or match[2] not in ends:
        return False
    named = re.search(r'@relation\((?:name:\s*)?("[^"]*")', match[4])
    return (named[1] if named else None) == name


def require_relation(changed: Draft) -> bool:
    """A reference that may be empty may not any more, or the reverse."""
    found = _pick(changed, _ends(changed), r"^\s*\w+\s+\w+\??\s")
    if found is None:
        return False
    model, place, match = found
    columns = re.findall(r"\w+", (_RELATION.search(match[4]) or match)[1])
    optional = "" if match[3] else "?"
    model.lines[place] = f"  {match[1]} {match[2]}{optional} {match[4].strip()}"
    for _, number, other in _fields(changed, model):
        if other[1] in columns:
            model.lines[number] = f"  {other[1]} {other[2]}{optional} {other[4].strip()}".rstrip()
    return True


def change_update(changed: Draft) -> bool:
    """What happens to a reference when the key changes, or goes."""
    found = _pick(changed, _ends(changed))
    if found is None:
        return False
    model, place, _ = found
    what = changed.random.choice(("onUpdate", "onDelete"))
    action = changed.random.choice(("Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"))
    line = re.sub(rf",\s*{what}:\s*\w+", "", model.lines[place])
    model.lines[place] = re.sub(r"(references:\s*\[[^\]]*\])", rf"\1, {what}: {action}", line)
    return True


def switch_relation_mode(changed: Draft) -> bool:
    """Foreign keys are left to the client, or to the database again."""
    without = re.sub(r"\n\s*relationMode\s*=.*", "", changed.head)
    if without == changed.head:
        without = re.sub(r"(datasource\s+\w+\s*\{)", r'\1\n  relationMode = "prisma"', changed.head)
    changed.head, before = without, changed.head
    return changed.head != before


# --- indexes and keys -------------------------------------------------------------------------------------------------


def sort_index(changed: Draft) -> bool:
    """A column of an index, or of a key, is sorted the other way."""
    found = [(m, n, k) for m in changed.models() for n, line in enumerate(m.lines) if (k := _INDEX.match(line))]
    if not found or changed.random.random() < 0.2:
        single = _pick(changed, _scalars(changed), r"@(?:id|unique)\b(?!\()")
        if single is None:
            return False
        model, place, _ = single
        model.lines[place] = re.sub(r"@(id|unique)\b(?!\()", r"@\1(sort: Desc)", model.lines[place], count=1)
        return True
    model, place, match = changed.random.choice(found)
    parts = re.findall(r"\w+(?:\([^)]*\))?", match[2])
    if not parts:
        return False
    number = changed.random.randrange(len(parts))
    parts[number] = parts[number].split("(")[0] + ("" if "Desc" in parts[number] else "(sort: Desc)")
    model.lines[place] = f"{match[1]}{', '.join(parts)}{match[3]}"
    return True


_KINDS: dict[str, tuple[str, ...]] = {
    "Int": ("type: Hash", "type: Brin", "ops: Int4BloomOps, type: Brin", "ops: Int4MinMaxMultiOps, type: Brin"),
    "String": ("type: Hash", "type: SpGist", "ops: TextOps, type: SpGist", 'ops: raw("text_pattern_ops")'),
    "DateTime": ("type: Brin", "ops: TimestampBloomOps, type: Brin", "type: Hash"),
    "Json": ("type: Gin", "ops: JsonbPathOps, type: Gin", "ops: JsonbOps, type: Gin"),
    "[]": ("type: Gin", "ops: ArrayOps, type: Gin"),
}


def type_index(changed: Draft) -> bool:
    """An index on one column gets a type, a class of operators, a condition, or loses what it had."""
    found = _pick(changed, [field for field in _scalars(changed) if "@db" not in field[2][4]])
    if found is None or not changed.lists:
        return False
    model, _, match = found
    kinds = _KINDS["[]"] if match[3] == "[]" else _KINDS.get(match[2], ())
    if not kinds:
        return False
    kind = changed.random.choice(("", *kinds))
    own = re.compile(rf"^\s*@@index\(\[{match[1]}(?:\([^\]]*\))?\]")
    model.lines = [line for line in model.lines if not own.match(line)]
    ops = re.match(r'(ops: (?:raw\("\w+"\)|\w+))(?:, )?', kind)
    rest = kind[ops.end() :] if ops else kind
    model.lines.append(f"  @@index([{match[1]}{f'({ops[1]})' if ops else ''}]{f', {rest}' if rest else ''})")
    return True


def change_numbering(changed: Draft) -> bool:
    """A key is made in another way."""
    found = _pick(changed, _scalars(changed), r"^\s*\w+\s+(?:String|Int|BigInt)\s.*@id\b")
    if found is None:
        return False
    model, place, match = found
    texts = ("@default(cuid())", "@default(uuid())", "@default(ulid())", "@default(nanoid())", "")
    if changed.lists:
        texts = (*texts, '@default(dbgenerated("gen_random_uuid()"))')
    chosen = changed.random.choice(texts if match[2] == "String" else ("", "@default(autoincrement())", "@default(5)"))
    model.lines[place] = f"  {match[1]} {match[2]} {_DEFAULT.sub('', match[4]).strip()} {chosen}".rstrip()
    return True


# --- namespaces and extensions ----------------------------------------------------------------------------------------


def move_block(changed: Draft) -> bool:
    """A table or an enum moves to another namespace; the file gets namespaces where it has none."""
    if not changed.lists or not changed.blocks:
        return False
    listed = re.search(r"schemas\s*=\s*\[([^\]]*)\]", changed.head)
    if listed is None:
        changed.head = re.sub(r"(datasource\s+\w+\s*\{)", r'\1\n  schemas = ["public", "extra"]', changed.head)
        for block in changed.blocks:
            block.lines.append('  @@schema("public")')
        return True
    names = re.findall(r'"([^"]+)"', listed[1])
    block = changed.random.choice(changed.blocks)
    moved = [re.sub(r'@@schema\("[^"]*"\)', f'@@schema("{changed.random.choice(names)}")', x) for x in block.lines]
    block.lines, before = moved, block.lines
    return moved != before


_GENERATOR = 'generator e {\n  provider = "prisma-client"\n  previewFeatures = ["postgresqlExtensions"]\n}\n'


def change_extensions(changed: Draft) -> bool:
    """The list of extensions comes, goes, or changes."""
    if not changed.lists:
        return False
    without = re.sub(r"\n\s*extensions\s*=\s*\[.*\]", "", changed.head)
    listed = changed.random.sample(("citext", "pg_trgm", 'hstore(version: "1.8")', 'uuid_ossp(map: "uuid-ossp")'), 2)
    if changed.random.random() < 0.7:
        without = re.sub(r"(datasource\s+\w+\s*\{)", rf"\1\n  extensions = [{', '.join(listed)}]", without)
        if "postgresqlExtensions" not in without:
            generator = (
                'generator ext {\n  provider = "prisma-client"\n  previewFeatures = ["postgresqlExtensions"]\n}\n'
            )
            without = f"{generator}\n{without}"
    changed.head, before = without, changed.head
    return changed.head != before


def ignore(changed: Draft) -> bool:
    """A field is hidden from the client, which is nothing to the database."""
    found = _pick(changed, _scalars(changed), r"^\s*\w+\s+\w+\?(?!.*@(?:ignore|id|unique))")
    if found is None:
        return False
    model, place, _ = found
    model.lines[place] += " @ignore"
    return True


WIDER: tuple[Callable[[Draft], bool], ...] = (
    rename_field,
    rename_model,
    rename_enum,
    rename_enum_value,
    name_constraint,
    reorder_enum,
    drop_enum,
    use_enum,
    add_relation,
    add_relation,
    drop_relation,
    require_relation,
    change_update,
    switch_relation_mode,
    sort_index,
    type_index,
    type_index,
    change_numbering,
    move_block,
    change_extensions,
    ignore,
)


def mutate_widely(changed: Draft, times: int) -> None:
    """Some random changes: mostly of these kinds, and of the common ones."""
    for _ in range(times):
        for _ in range(10):
            if changed.random.choice((*WIDER, *WIDER, *MUTATIONS))(changed):
                break
