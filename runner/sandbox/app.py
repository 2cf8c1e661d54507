"""A stateful stand-in for Twilio Flex: a request and the world in, an answer out.

All products are on one origin under Twilio's own paths; `answer` is the whole interface and knows
nothing of sockets. What it does follows Twilio's documentation, linked where it is followed.

docs/sandbox.md says what is not emulated, and what was chosen where Twilio's documents disagree or
are silent.
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
