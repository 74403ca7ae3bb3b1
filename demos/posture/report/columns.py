"""The columns of a report's CSV, for whoever writes it: the command line and the page."""

# The name of each column and where its value stands in a repetition of the report; "set." is the set around it.
COLUMNS = {
    "set": "set.number",
    "exercise": "set.exercise",
    "set_count": "set.count",
    "set_corrected_count": "set.corrected_count",
    **{
        name: name
        for name in (
            *("number", "counted", "verdict", "start_s", "bottom_s", "end_s", "down_s", "up_s", "depth_degrees"),
            *("top_degrees", "faults", "second_opinion", "worst_s"),
        )
    },
    **{f"{name}_degrees": f"symmetry.{name}_degrees" for name in ("left", "right")},
    **{f"rejection_{name}": f"rejection.{name}" for name in ("reason", "measure", "reached", "asked")},
}
