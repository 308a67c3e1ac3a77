// The fields of each object of the view, in the order in which they are read best.
#include "had/control/view_json.hpp"

#include "had/control/fields.hpp"
#include "had/control/shared_fields.hpp"

namespace had::core {

using control::Hex;
using control::OneOf;

// What every object has, the same everywhere.
template <class V, class F>
void status_fields(V& object, F& field) {
    field("health", object.health);
    field("doing", object.doing);
    field("problem", object.problem);
    field("waiting", object.waiting);
}

template <OneOf<PathView> V, class F>
void fields(V& path, F& field) {
    field("monitor", path.monitor);
    field("state", path.state);
    field("doubted", path.doubted);
    field("text", path.text);
    field("stray", path.stray);
}

template <OneOf<NeighbourView> V, class F>
void fields(V& neighbour, F& field) {
    field("system", neighbour.system);
    field("port", neighbour.port);
    field("since", neighbour.since);
    field("was", neighbour.was);
    field("expected", neighbour.expected);
}

template <OneOf<PortView> V, class F>
void fields(V& port, F& field) {
    field("name", port.name);
    status_fields(port, field);
    field("config", port.config);
    field("bond", port.bond);
    field("role", port.role);
    field("function", port.function);
    field("path", port.path);
    field("driver", port.driver);
    field("index", port.index);
    field("interface", port.interface);
    field("mac", port.mac);
    field("up", port.up);
    field("carrier", port.carrier);
    field("no_link_by", port.no_link_by);
    field("idle", port.idle);
    field("addresses", port.addresses);
    field("routes", port.routes);
    field("paths", port.paths);
    field("neighbour", port.neighbour);
    field("last_loss", port.last_loss);
    field("config_line", port.config_line);
    field("config_file", port.config_file);
}

template <OneOf<CardView> V, class F>
void fields(V& card, F& field) {
    field("vendor", Hex{card.vendor, 4});
    field("device", Hex{card.device, 4});
    field("subvendor", Hex{card.subvendor, 4});
    field("subdevice", Hex{card.subdevice, 4});
    field("class", Hex{card.class_code, 6});
    field("address", card.address);
}

template <OneOf<SlotView> V, class F>
void fields(V& slot, F& field) {
    field("name", slot.name);
    status_fields(slot, field);
    field("domain", slot.domain);
    field("controlled", slot.controlled);
    field("location", slot.location);
    field("card", slot.card);
    field("ports", slot.ports);
    field("extraction", slot.extraction);
    field("model_before", slot.model_before);
    field("missing", slot.missing);
}

template <OneOf<MemberView> V, class F>
void fields(V& member, F& field) {
    field("interface", member.interface);
    field("port", member.port);
    field("active", member.active);
    field("carrier", member.carrier);
    field("mii", member.mii);
    field("no_link_by", member.no_link_by);
    field("earned", member.earned);
    field("damped", member.damped);
    field("idle", member.idle);
    field("proven_by", member.proven_by);
}

template <OneOf<BondView> V, class F>
void fields(V& bond, F& field) {
    field("name", bond.name);
    status_fields(bond, field);
    field("mode", bond.mode);
    field("mac", bond.mac);
    field("mtu", bond.mtu);
    field("miimon_us", bond.miimon);
    field("up", bond.up);
    field("carrier", bond.carrier);
    field("active", bond.active);
    field("addresses", bond.addresses);
    field("routes", bond.routes);
    field("members", bond.members);
    field("paths", bond.paths);
    field("wanted", bond.wanted);
    field("exposure", bond.exposure);
    field("provable", bond.provable);
    field("ready", bond.ready);
    field("unready", bond.unready);
    field("silence", bond.silence);
}

template <OneOf<VlanView> V, class F>
void fields(V& vlan, F& field) {
    field("name", vlan.name);
    status_fields(vlan, field);
    field("on", vlan.on);
    field("id", vlan.id);
    field("index", vlan.index);
    field("mac", vlan.mac);
    field("mtu", vlan.mtu);
    field("up", vlan.up);
    field("carrier", vlan.carrier);
    field("addresses", vlan.addresses);
    field("routes", vlan.routes);
    field("paths", vlan.paths);
}

template <OneOf<ServiceView> V, class F>
void fields(V& service, F& field) {
    field("name", service.name);
    status_fields(service, field);
    field("phase", service.phase);
    field("since", service.since);
    field("group", service.group);
    field("member", service.member);
    field("device", service.device);
    field("interface", service.interface);
    field("addresses", service.addresses);
    field("routes", service.routes);
    field("paths", service.paths);
    field("pid", service.pid);
    field("failures", service.failures);
    field("good_since", service.good_since);
    field("text", service.text);
}

template <OneOf<FailoverView> V, class F>
void fields(V& group, F& field) {
    field("name", group.name);
    status_fields(group, field);
    field("active", group.active);
    field("since", group.since);
    field("members", group.members);
    field("services", group.services);
    field("failback", group.failback);
    field("routes", group.routes);
    field("text", group.text);
}

template <OneOf<PeerView> V, class F>
void fields(V& peer, F& field) {
    field("name", peer.name);
    status_fields(peer, field);
    field("service", peer.service);
    field("from", peer.from);
    field("role", peer.role);
    field("lans", peer.lans);
    field("routes", peer.routes);
    field("advice", peer.advice);
    field("shared", peer.shared);
}

template <OneOf<OrderView> V, class F>
void fields(V& order, F& field) {
    field("what", order.what);
    field("bond", order.bond);
    field("port", order.port);
    field("interface", order.interface);
    field("slot", order.slot);
    field("domain", order.domain);
    field("group", order.group);
    field("member", order.member);
    field("by", order.by);
    field("since", order.since);
    field("until", order.until);
    field("text", order.text);
}

template <OneOf<Alarm> V, class F>
void fields(V& alarm, F& field) {
    field("id", alarm.id);
    field("object", alarm.object);
    field("type", alarm.type);
    field("severity", alarm.severity);
    field("raised", alarm.raised);
    field("count", alarm.count);
    field("text", alarm.text);
    field("repair", alarm.repair);
    field("locate", alarm.locate);
    field("acked", alarm.acked);
    field("acked_by", alarm.acked_by);
}

template <OneOf<View> V, class F>
void fields(V& view, F& field) {
    field("orders", view.orders);
    field("health", view.health);
    field("event_source", view.event_source);
    field("started", view.started);
    field("file_taken", view.file_taken);
    field("file_refused", view.file_refused);
    field("alarm", view.alarm);
    field("problems", view.problems);
    field("alarms", view.alarms);
    field("bonds", view.bonds);
    field("vlans", view.vlans);
    field("failovers", view.failovers);
    field("services", view.services);
    field("peers", view.peers);
    field("slots", view.slots);
}

} // namespace had::core

namespace had::control {

std::string to_json(const core::View& view) { return write_object(view).text(); }
std::string to_json(const core::OrderView& order) { return write_object(order).text(); }
std::string to_json(const core::SlotView& slot) { return write_object(slot).text(); }

std::string to_json(const core::Alarm& alarm) { return write_object(alarm).text(); }

std::string to_json(const std::vector<core::Alarm>& alarms) {
    return JsonText{{"alarms", texts(alarms, [](const core::Alarm& alarm) { return write_object(alarm); })}}.text();
}

std::optional<std::vector<core::Alarm>> alarms_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<core::Alarm> alarms;
        take_list(json, "alarms", alarms, [](const Json& one) { return read_object<core::Alarm>(one); });
        return alarms;
    });
}
std::optional<core::Alarm> alarm_from_json(std::string_view text) { return read(text, read_object<core::Alarm>); }
std::optional<core::View> view_from_json(std::string_view text) { return read(text, read_object<core::View>); }
std::optional<core::OrderView> order_from_json(std::string_view text) {
    return read(text, read_object<core::OrderView>);
}
std::optional<core::SlotView> slot_from_json(std::string_view text) {
    return read(text, read_object<core::SlotView>);
}

} // namespace had::control
