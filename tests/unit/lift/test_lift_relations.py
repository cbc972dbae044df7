"""Foreign keys and join tables become relation fields on both sides."""

from msgspec.structs import replace

from lifting import block, column, indexed, join_table, pull, referencing, table
from parity.lifting.lift import LiftResult
from parity.psl import parse
from parity.schema.model import ReferentialAction
from parity.schema.types import Arity


def lines(result: LiftResult, model: str) -> list[str]:
    """The lines of a model below its first, with single spaces."""
    return [" ".join(line.split()) for line in block(result, model).splitlines()[1:] if line.strip()]


def user_and_post(arity: Arity = Arity.REQUIRED):
    return table("user", column("id")), referencing(
        table("post", column("id"), column("author_id", arity=arity)), "author_id", "user"
    )


def test_a_foreign_key_gives_a_field_to_both_models() -> None:
    result = pull(*user_and_post())
    assert lines(result, "post")[2:] == ["user user @relation(fields: [author_id], references: [id])"]
    assert lines(result, "user") == ["id Int @id", "post post[]"]
    assert parse(result.text).diagnostics == ()


def test_a_nullable_key_makes_the_relation_optional() -> None:
    result = pull(*user_and_post(Arity.NULLABLE))
    assert lines(result, "post")[1:] == [
        "author_id Int?",
        "user user? @relation(fields: [author_id], references: [id])",
    ]


def test_a_unique_key_makes_the_relation_one_to_one() -> None:
    user, post = user_and_post()
    result = pull(user, indexed(post, "author_id", unique=True))
    assert lines(result, "user") == ["id Int @id", "post post?"]
    assert parse(result.text).diagnostics == ()


def test_actions_and_names_are_written_where_they_are_not_the_usual_ones() -> None:
    user, post = user_and_post()
    key = replace(
        post.foreign_keys[0],
        name="odd",
        on_delete=ReferentialAction.CASCADE,
        on_update=ReferentialAction.NO_ACTION,
    )
    result = pull(user, replace(post, foreign_keys=(key,)))
    assert lines(result, "post")[2] == (
        'user user @relation(fields: [author_id], references: [id], onDelete: Cascade, onUpdate: NoAction, map: "odd")'
    )


def test_two_relations_between_two_models_get_names() -> None:
    user, post = user_and_post()
    post = referencing(replace(post, columns=(*post.columns, column("editor_id"))), "editor_id", "user")
    result = pull(user, post)
    assert lines(result, "user")[1:] == [
        'post_post_author_idTouser post[] @relation("post_author_idTouser")',
        'post_post_editor_idTouser post[] @relation("post_editor_idTouser")',
    ]
    assert (
        'user_post_editor_idTouser user @relation("post_editor_idTouser", fields: [editor_id]'
        in lines(result, "post")[-1]
    )
    assert parse(result.text).diagnostics == ()


def test_a_self_relation_is_named_and_its_other_side_marked() -> None:
    result = pull(referencing(table("node", column("id"), column("up", arity=Arity.NULLABLE)), "up", "node"))
    assert lines(result, "node")[2:] == [
        'node node? @relation("nodeTonode", fields: [up], references: [id])',
        'other_node node[] @relation("nodeTonode")',
    ]
    assert parse(result.text).diagnostics == ()


def test_a_key_that_is_called_as_its_target_gets_a_name_for_the_relation() -> None:
    result = pull(table("user", column("id")), referencing(table("post", column("id"), column("user")), "user", "user"))
    assert lines(result, "post")[-1].startswith('user_post_userTouser user @relation("post_userTouser"')
    assert parse(result.text).diagnostics == ()


def test_a_relation_field_never_has_the_name_of_a_column() -> None:
    user, post = user_and_post()
    result = pull(replace(user, columns=(*user.columns, column("post"))), post)
    assert lines(result, "user") == ["id Int @id", "post Int", "post_author_id post[]"]
    assert parse(result.text).diagnostics == ()


def test_a_key_of_several_columns_is_one_relation() -> None:
    parent = table("parent", column("a"), column("b"), key=("a", "b"))
    child = referencing(table("child", column("id"), column("x"), column("y")), "x y", "parent", references="a b")
    result = pull(parent, child)
    assert lines(result, "child")[-1] == "parent parent @relation(fields: [x, y], references: [a, b])"
    assert "@@id([a, b])" in lines(result, "parent")


def test_a_foreign_key_that_says_the_same_twice_is_one_relation() -> None:
    user, post = user_and_post()
    twice = replace(post.foreign_keys[0], name="again")
    result = pull(user, replace(post, foreign_keys=(*post.foreign_keys, twice)))
    assert lines(result, "user") == ["id Int @id", "post post[]"]


def test_a_join_table_is_an_implicit_relation_and_no_model() -> None:
    result = pull(table("post", column("id")), table("tag", column("id")), join_table("_postTotag", "post", "tag"))
    assert lines(result, "post") == ["id Int @id", "tag tag[]"]
    assert lines(result, "tag") == ["id Int @id", "post post[]"]
    assert "_postTotag" not in result.text


def test_a_join_table_with_a_name_of_its_own_names_the_relation() -> None:
    result = pull(table("post", column("id")), table("tag", column("id")), join_table("_labels", "post", "tag"))
    assert lines(result, "post") == ["id Int @id", 'tag tag[] @relation("labels")']


def test_a_join_table_of_one_table_with_itself_has_an_end_for_each_column() -> None:
    result = pull(table("user", column("id")), join_table("_friends", "user", "user"))
    assert lines(result, "user")[1:] == ['user_A user[] @relation("friends")', 'user_B user[] @relation("friends")']
    assert parse(result.text).diagnostics == ()


def test_a_table_that_only_looks_like_a_join_table_is_a_model() -> None:
    join = join_table("_postTotag", "post", "tag")
    without_index = replace(join, indexes=())
    result = pull(table("post", column("id")), table("tag", column("id")), without_index)
    assert '@@map("_postTotag")' in block(result, "postTotag")


def test_a_join_table_and_a_foreign_key_between_the_same_models_are_told_apart() -> None:
    tag = referencing(table("tag", column("id"), column("post_id")), "post_id", "post")
    result = pull(table("post", column("id")), tag, join_table("_postTotag", "post", "tag"))
    assert lines(result, "post")[1:] == [
        'tag_tag_post_idTopost tag[] @relation("tag_post_idTopost")',
        'tag_postTotag tag[] @relation("postTotag")',
    ]
    assert parse(result.text).diagnostics == ()


def test_relations_to_a_model_without_identifier_are_ignored_too() -> None:
    keyless = referencing(table("log", column("user_id"), key=()), "user_id", "user")
    result = pull(table("user", column("id")), keyless)
    assert lines(result, "user") == ["id Int @id", "log log[] @ignore"]
    assert lines(result, "log")[-1] == "@@ignore"
    assert parse(result.text).diagnostics == ()
