#include "had/sys/machine.hpp"

#include "had/core/config/card_word.hpp"
#include "had/sys/announce.hpp"
#include "had/sys/kmod.hpp"
#include "had/sys/loss_cause.hpp"
#include "had/sys/others.hpp"
#include "had/sys/tunables.hpp"

#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <variant>

namespace had::sys {

Machine::Machine(Loop& loop, core::EventSink sink, MachineOptions options)
    : loop_(loop), sink_(std::move(sink)), options_(std::move(options)), slots_(options_.root),
      hotplug_thread_(options_.root), rtnl_(options_.receive_buffer),
      uevents_(options_.event_source, options_.root),
      jobs_(loop, options_.jobs) {}

void Machine::start() {
    resync();
    watches_.push_back(loop_.on_readable(rtnl_.fd(), [this] { on_links(); }));
    for (const int fd : uevents_.fds())
        watches_.push_back(loop_.on_readable(fd, [this] { on_devices(); }));
    wake();
}

core::ActionResult Machine::apply(const core::Operation& operation) {
    if (const auto* mode = std::get_if<core::SetLinkMode>(&operation)) return set_mode(*mode);
    if (const auto* word = std::get_if<core::SetTunable>(&operation); word && word->word != core::queue_word)
        return set_tunable(*word);
    core::ActionResult result = rtnl_.apply(operation);
    if (result.error == EEXIST) look_for_the_owner(operation);
    return result;
}

// The kernel does not announce the other names of an interface that is down (net/core/rtnetlink.c rtnl_linkprop).
void Machine::look_for_the_owner(const core::Operation& operation) {
    const auto* bond = std::get_if<core::CreateBond>(&operation);
    const auto* vlan = std::get_if<core::CreateVlan>(&operation);
    if (!bond && !vlan) return;
    if (auto owner = rtnl_.link_now({0, bond ? bond->name : vlan->name})) sink_(core::LinkSeen{*std::move(owner)});
}

// A driver reports the new speed only when the link is back, seconds later.  So what it has accepted counts.
core::ActionResult Machine::set_mode(const core::SetLinkMode& operation) {
    const core::Ifindex link = operation.port.index;
    const auto before = modes_.read(link);
    core::ActionResult result = modes_.set(link, operation.mode);
    if (result.ok())
        sink_(core::ModeSeen{link, core::changed(before.value_or(core::LinkMode{}), operation.mode)});
    return result;
}

// What is written is read again: the kernel may make another value of it.  The files are by name, and a name may be
// another interface's by now.
core::ActionResult Machine::set_tunable(const core::SetTunable& operation) {
    const core::LinkRef& link = operation.link;
    const bool of_card = core::is_card_word(operation.word);
    if (!of_card && static_cast<core::Ifindex>(::if_nametoindex(link.name.c_str())) != link.index)
        return {ENODEV, "it has another name by now"};
    core::ActionResult result = of_card ? card_words_.set(link.index, operation.word, operation.value)
                                        : write_tunable(options_.root, operation);
    if (result.ok()) sink_(core::TunablesSeen{link.index, tunables(link, {operation.word}), false});
    return result;
}

core::Tunables Machine::tunables(const core::LinkRef& link, const std::vector<std::string>& words) const {
    core::Tunables values = card_words_.read(link.index, words);
    if (std::all_of(words.begin(), words.end(), core::is_card_word)) return values;
    values.merge(read_tunables(options_.root, link.name, words));
    // Looked at behind the reading: what was read by a name is not another interface's.
    if (static_cast<core::Ifindex>(::if_nametoindex(link.name.c_str())) != link.index)
        throw std::system_error(ENODEV, std::generic_category(), "it has another name by now");
    return values;
}

// A card is announced before its driver binds it, so a program that is started now would run just when the port
// comes.  Where udevd runs, or for the second card of a kind, the module is loaded already.
void Machine::start(const core::Operation& job, core::JobDone done) {
    const auto* load = std::get_if<core::LoadModule>(&job);
    if (load && in_kernel(options_.root / "sys", load->module))
        return loop_.post([done = std::move(done)] {
            done({.error = 0, .text = "", .was_so = true});
        });
    jobs_.start(job_of(job), std::move(done));
}

core::Parameters Machine::parameters(const std::string& module) {
    return parameters_of(options_.root / "sys", module);
}

core::ActionResult Machine::announce(const core::Announcement& what) {
    return sys::announce(what, options_.root);
}

void Machine::tell_others(const core::ForOthers& what, core::JobDone done) try {
    if (const auto job = job_for_others(what, write_for_others(what, options_.root), options_.root))
        return jobs_.start(*job, std::move(done));
    loop_.post([done = std::move(done)] { done({}); });
} catch (const std::system_error& e) {
    loop_.post([done = std::move(done), result = core::ActionResult{e.code().value(), e.what()}] { done(result); });
}

void Machine::ask_cause(const core::LossQuestion& what, core::JobDone done) {
    jobs_.start(job_for_cause(what, options_.root), std::move(done));
}

void Machine::drain() {
    try {
        rtnl_.drain(sink_);
    } catch (...) {
        retry_when_stale();
        throw;
    }
    retry_when_stale();
}

// When messages were lost and the state could not be read anew, nothing on the sockets would call us again.
void Machine::retry_when_stale() {
    if (rtnl_.stale() || uevents_.stale())
        retry_ = loop_.after(std::chrono::seconds(1), [this] { on_links(), on_devices(); });
}

// The devices come last: then each interface of a dumped link is known to be there or gone.
void Machine::resync() {
    std::vector<core::Ifindex> cards;
    rtnl_.resync([&](core::Event event) {
        if (const auto* dump = std::get_if<core::LinksDumped>(&event); dump && options_.read_modes)
            for (const core::Link& link : dump->links)
                if (link.kind.empty()) cards.push_back(link.index);
        sink_(std::move(event));
    });
    for (const core::Ifindex link : cards)
        if (const auto mode = modes_.read(link)) sink_(core::ModeSeen{link, *mode});
    uevents_.rescan(sink_);
}

void Machine::read_modes(bool on) {
    if (std::exchange(options_.read_modes, on) || !on) return;
    resync();
}

core::CardReport Machine::inspect(core::Ifindex card) {
    core::CardReport report = cards_.inspect(card);
    report.driver.mode = modes_.read(card).value_or(core::LinkMode{});
    return report;
}

void Machine::on_links() {
    drain();
    wake();
}

// udevd gives other names to an interface that is down, of which the kernel tells nothing.
void Machine::on_devices() {
    std::vector<core::Ifindex> settled;
    try {
        uevents_.drain([&](core::Event event) {
            const auto* device = std::get_if<core::NetDeviceSeen>(&event);
            if (device && device->device.settled) settled.push_back(device->device.link);
            sink_(std::move(event));
        });
        if (!settled.empty()) rtnl_.drain(sink_);              // what is asked for now is newer than all of that
        for (const core::Ifindex link : settled)
            if (auto now = rtnl_.link_now({link, ""})) sink_(core::LinkSeen{*std::move(now)});
    } catch (...) {
        retry_when_stale();
        throw;
    }
    wake();
}

void Machine::wake() {
    if (options_.wake) options_.wake();
}

std::string_view Machine::event_source() const {
    return uevents_.source() == core::EventSource::udev ? "udev" : "kernel";
}

} // namespace had::sys
