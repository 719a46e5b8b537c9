# A control point of GUPnP, as GNOME's programs have it. Arguments: the interface to look on, the address of the media
# server's description. Says `{"found": …}` when it has found that one, then does what it reads as lines of JSON:
#   {"walk": true}                → {"walked": [objects]}
#   {"search": CRITERIA}          → {"matches": [titles]}
#   {"subscribe": true}           → {"event": NAME, "value": …} for each, from then on
#   {"play": URL, "about": DIDL}  → {"played": [states]}: has the first renderer that it finds play it to its end
import json
import sys

import gi

gi.require_version('GUPnP', '1.6')
gi.require_version('GUPnPAV', '1.0')
from gi.repository import GLib, GUPnP, GUPnPAV

SERVER = 'urn:schemas-upnp-org:device:MediaServer:1'
RENDERER = 'urn:schemas-upnp-org:device:MediaRenderer:1'
DIRECTORY = 'urn:schemas-upnp-org:service:ContentDirectory:1'
TRANSPORT = 'urn:schemas-upnp-org:service:AVTransport:1'
POLL_MS = 100

interface, location = sys.argv[1:]
loop = GLib.MainLoop()
context = GUPnP.Context.new(interface, 0)
# What is not referred to from here would be collected, and its subscription with it.
kept = []


def say(**what):
    print(json.dumps(what), flush=True)


def call(service, name, arguments, results=()):
    action = GUPnP.ServiceProxyAction.new_from_list(name, list(arguments), list(arguments.values()))
    service.call_action(action, None)
    good, values = action.get_result_list([key for key, _ in results], [kind for _, kind in results])
    if not good:
        raise RuntimeError(f'{name} has no result')
    return values


def objects_in(didl):
    found = []
    parser = GUPnPAV.DIDLLiteParser()
    parser.connect('object-available', lambda _, each: found.append(each))
    if 'id=' in didl:
        parser.parse_didl(didl)
    return found


def shown(each):
    is_container = isinstance(each, GUPnPAV.DIDLLiteContainer)
    resources = [] if is_container else each.get_resources()
    return {
        'id': each.get_id(),
        'parentId': each.get_parent_id(),
        'title': each.get_title(),
        'class': each.get_upnp_class(),
        'isContainer': is_container,
        'childCount': each.get_child_count() if is_container else None,
        'urls': [resource.get_uri() for resource in resources],
        'seconds': resources[0].get_duration() if resources else None,
        'bytes': resources[0].get_size64() if resources else None,
    }


def walk(directory, container='0'):
    arguments = {
        'ObjectID': container,
        'BrowseFlag': 'BrowseDirectChildren',
        'Filter': '*',
        'StartingIndex': 0,
        'RequestedCount': 0,
        'SortCriteria': '',
    }
    result, total = call(directory, 'Browse', arguments, [('Result', str), ('TotalMatches', int)])
    here = [shown(each) for each in objects_in(result)]
    if len(here) != total:
        raise RuntimeError(f'{container} has {total} children, and shows {len(here)}')
    below = [inner for each in here if each['isContainer'] for inner in walk(directory, each['id'])]
    return here + below


def search(directory, criteria):
    arguments = {
        'ContainerID': '0',
        'SearchCriteria': criteria,
        'Filter': '*',
        'StartingIndex': 0,
        'RequestedCount': 0,
        'SortCriteria': '',
    }
    (result,) = call(directory, 'Search', arguments, [('Result', str)])
    return [each.get_title() for each in objects_in(result)]


def subscribe(directory):
    for name in ('SystemUpdateID', 'ContainerUpdateIDs'):
        directory.add_notify(name, str, lambda _, which, value, *more: say(event=which, value=value))
    directory.set_subscribed(True)


def play(url, about):
    renderers = GUPnP.ControlPoint.new(context, RENDERER)
    kept.append(renderers)

    def watch(transport, states):
        (state,) = call(transport, 'GetTransportInfo', {'InstanceID': 0}, [('CurrentTransportState', str)])
        if not states or states[-1] != state:
            states.append(state)
        is_over = 'PLAYING' in states and state not in ('PLAYING', 'TRANSITIONING')
        if is_over:
            say(played=states)
        return not is_over

    def begin(_, renderer):
        if len(kept) > 3:
            return
        transport = renderer.get_service(TRANSPORT)
        kept.extend([renderer, transport])
        uri = {'InstanceID': 0, 'CurrentURI': url, 'CurrentURIMetaData': about}
        call(transport, 'SetAVTransportURI', uri)
        call(transport, 'Play', {'InstanceID': 0, 'Speed': '1'})
        GLib.timeout_add(POLL_MS, watch, transport, [])

    renderers.connect('device-proxy-available', begin)
    renderers.set_active(True)


def obey(directory, order):
    if 'walk' in order:
        say(walked=walk(directory))
    if 'search' in order:
        say(matches=search(directory, order['search']))
    if 'subscribe' in order:
        subscribe(directory)
    if 'play' in order:
        play(order['play'], order['about'])


def listen():
    def on_input(*_):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        try:
            obey(kept[1], json.loads(line))
        except Exception as problem:
            say(problem=str(problem))
        return True

    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, on_input)


def found(_, device):
    if device.get_location() != location or kept:
        return
    directory = device.get_service(DIRECTORY)
    kept.extend([device, directory])
    say(found={'name': device.get_friendly_name(), 'location': device.get_location(), 'udn': device.get_udn()})


servers = GUPnP.ControlPoint.new(context, SERVER)
servers.connect('device-proxy-available', found)
servers.set_active(True)
listen()
loop.run()
