"""How each verb is performed on a leg: `async perform(player, verb, page, scene) -> Goto | None`."""
