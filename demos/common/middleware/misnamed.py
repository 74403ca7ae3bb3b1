"""Which failures of Gradio's are the asker's: a name that nothing has, or values that fit no parameter.

Gradio looks names up in a dict, and what is raised there (KeyError, and a ValueError for a call's name) is no answer to
it. It is told here by the function that raised it: the same error from any deeper is a fault of the app.
"""

LOOK_UP = {
    "get_fn": 404,  # gradio.route_utils: a call's name, or an event's number
    "get_page_config": 404,  # gradio.routes: `?page=`
    "_": 404,  # gradio.routes: the name of /call/v2
    "component_server": 404,  # gradio.routes: a component's number
    "construct_args": 400,  # gradio_client.utils: the parameters of /call/v2
}
RAISED = {"KeyError", "FnIndexInferError", "TypeError", "ValueError"}  # Gradio's second is not imported here
FROM = ("gradio.", "gradio_client.")


def status_of(error: Exception) -> int:
    """404 or 400 (RFC 9110, 15.5) if it is the asker's, else 500."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None or type(error).__name__ not in RAISED:
        return 500
    frame = trace.tb_frame
    return LOOK_UP.get(frame.f_code.co_name, 500) if frame.f_globals.get("__name__", "").startswith(FROM) else 500
