"""A stateful stand-in for Twilio Flex: a request and the world in, an answer out.

All products are on one origin under Twilio's own paths; `answer` is the whole interface and knows
nothing of sockets. What it does follows Twilio's documentation, linked where it is followed.

Not emulated: agents (nobody accepts a Task unless `/_sandbox/tasks` says so; capacity is shown and
not obeyed, reservations have no Events), Transfers, `Channel.sid`, webhooks and Studio, media (a
MediaSid is never found), the bodies of content templates (a ContentSid is taken as approved, the
message's body stays null), timers of conversations, group MMS, other services than the default one
(`/v1/Services/IS…`), participant limits, limits of Conversations' actions per second, carriers'
failures in receipts (but 21610 and 63016), regions, the expiry of channels after 180 days.
`previous_page_url` is null. Lists do not lag, and nothing fails, unless `evidence_lag` and fault
rules say so (`runner.sandbox.faults`).

Where Twilio's documents disagree or are silent, this is what was chosen:

* GET on interactions and channels works (the limits page says that it does not), and `active`
  comes when the set-up is done, before any agent accepts. Silent: an active channel may be without
  its customer (80102), as the best-practices page warns.
* Of Tasks' lists OpenAPI says that `attributes` is null, Twilio's own code reads them there: they
  are shown unless `Settings.task_lists_show_attributes` is false.
* A Task is gone 5 minutes after its end (one page says 10).
* `conversations.media[0]` has both `sid` and `conversation_sid`; each example has one of them.
* Participants of an agent's interaction may be absent with `media_channel_sid`, as in Twilio's own
  code, and `Routing` may be absent always: then there is no Task and `routing` is null.
* A second interaction for one conversation, or one for a closed or unknown conversation, is
  answered 200; its channel fails (45353, 45354, 45376) and its Task is canceled.
* A second close of a channel is answered 200 and changes nothing.
* 50353, 50416 and 50433 are HTTP 409; other refusals of Conversations are 400, what is not there is
  404. Faults in the form of an interaction are 400 with 45004, 45351 or 45355.
* The limit of 4,096 characters is applied to the caller's task attributes, not to what Flex makes
  of them.
* URLs are well-formed and on this origin, which Twilio's examples are not.
"""

from runner.sandbox.addresses import addresses_of
from runner.sandbox.answers import Answer, TwilioError
from runner.sandbox.call import Call, Fields, Request, account_of, form_of
from runner.sandbox.control import CONTROLS, OURS
from runner.sandbox.faults import Asked, Strike
from runner.sandbox.ledger import note_request
from runner.sandbox.mishaps import suffer
from runner.sandbox.rates import refuse_excess
from runner.sandbox.routes import JSON_BODIES, ROUTES, Target, endpoint_name, find_target
from runner.sandbox.state import World


def answer(world: World, request: Request) -> Answer:
    """Answer one request, after everything that was due before it has happened.

    An answer with a `fault` is not simply given back: whoever asked sees what the fault says.
    """
    with world.lock:
        world.advance()
        world.changes += 1
        if request.path.startswith(OURS):
            return _identified(world, _control(world, request))
        world.requests_seen += 1
        strike = _strike(world, request)
        if strike is None:
            answered = _process(world, request)
            note_request(world, request, answered)
        else:
            answered = suffer(strike, lambda: _process(world, request), world.after)
            note_request(world, request, answered, strike)
        return _identified(world, answered)


def _identified(world: World, answered: Answer) -> Answer:
    headers = (*answered.headers, ("Twilio-Request-Id", world.request_sid()))
    return Answer(answered.status, answered.body, headers, answered.page, answered.fault)


def _process(world: World, request: Request) -> Answer:
    """Do what the request asks for."""
    try:
        target = find_target(ROUTES, request.path)
        endpoint = target.endpoint(request.method)
        account_sid = account_of(world, request)
        form = Fields() if endpoint in JSON_BODIES else form_of(request)
        query = Fields(request.query)
        call = Call(world, request, target.names, query, form, account_sid)
        refuse_excess(call, endpoint_name(endpoint))
        return endpoint(call)
    except TwilioError as error:
        return error.answer()


def _control(world: World, request: Request) -> Answer:
    """Do what is asked of the stand-in itself; it has neither account nor form."""
    try:
        target = find_target(CONTROLS, request.path)
        endpoint = target.endpoint(request.method)
        query = Fields(request.query)
        account_sid = world.made_up_account
        return endpoint(Call(world, request, target.names, query, Fields(), account_sid))
    except TwilioError as error:
        return error.answer()


def _strike(world: World, request: Request) -> Strike | None:
    """What befalls the request, if anything does."""
    if not world.faults.plan.rules:
        return None
    target = _target(request)
    endpoint = target.methods.get(request.method) if target else None
    return world.faults.strike(
        Asked(
            method=request.method,
            path=request.path,
            endpoint=endpoint_name(endpoint) if endpoint else None,
            at=world.now,
            addresses=lambda: addresses_of(world, request, target.names if target else ()),
        )
    )


def _target(request: Request) -> Target | None:
    try:
        return find_target(ROUTES, request.path)
    except TwilioError:
        return None
