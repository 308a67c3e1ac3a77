#include "test/fake/prober.hpp"

#include "had/core/policy/failover.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

void FakeProber::set_silent(const IpAddress& target, bool silent) {
    if (silent) silent_.insert(target);
    else silent_.erase(target);
}

bool FakeProber::has_link(Ifindex port) const {
    const auto link = kernel_.net().link(port);
    return link && link->up && link->carrier;
}

FakeProber::Way FakeProber::way(Ifindex port) const {
    const auto at = ways_.find(port);
    return at == ways_.end() ? Way{} : at->second;
}

void FakeProber::answer(const Answer& answer) {
    loop_.post([this, answer] {
        if (heard) heard(answer);
    });
}

// One that can be read, of somebody else; the rest is not even that.
void FakeProber::stray(Ifindex port, Transport transport, std::uint32_t count) {
    Answer foreign;
    foreign.port = port;
    foreign.transport = transport;
    foreign.to = foreign.from = {{0x02, 0, 0, 0, 0, 0x66}};
    foreign.mark.group = 66;
    answer(foreign);
    Answer rest;
    rest.port = port;
    rest.transport = transport;
    rest.strays = count - 1;
    if (count > 1) answer(rest);
}

// A switch that knows where each address is.
void FakeProber::pass_on(const Question& question) {
    for (const Ear& ear : ears_) {
        if (ear.transport != Transport::peer || ear.address != question.to || !has_link(ear.port)) continue;
        if (way(ear.port).hears)
            answer({.port = ear.port, .transport = Transport::peer, .to = ear.address, .from = question.source,
                    .target = {}, .mark = question.mark});
    }
}

void FakeProber::write(const std::string& path, bool failed) {
    files_[path] = failed;
    Answer changed;
    changed.transport = Transport::file;
    changed.path = path;
    const auto hears = [&](const Ear& ear) { return ear.transport == Transport::file && ear.path == path; };
    if (hears_files_ && std::any_of(ears_.begin(), ears_.end(), hears)) answer(changed);
}

void FakeProber::say_lldp(Ifindex port, const LldpWord& word, const Mac& from) {
    const auto hears = [&](const Ear& ear) { return ear.transport == Transport::lldp && ear.port == port; };
    if (std::none_of(ears_.begin(), ears_.end(), hears) || !has_link(port) || !way(port).hears) return;
    Answer said;
    said.port = port;
    said.transport = Transport::lldp;
    said.to = lldp_address;
    said.from = from;
    said.lldp = word;
    answer(said);
}

void FakeProber::run(const Question& question) {
    const auto at = programs_.find(question.program.command.front());
    Answer ends;
    ends.port = question.port;
    ends.transport = Transport::program;
    ends.asker = question.asker;
    ends.told = at == programs_.end() ? Told::unknown : at->second.first;
    ends.text = at == programs_.end() ? "it could not be run: no such file" : at->second.second;
    answer(ends);
}

int FakeProber::ask(const Question& question) {
    if (question.transport == Transport::program) {
        run(question);
        return 0;
    }
    const auto link = kernel_.net().link(question.port);
    if (!link) return ENODEV;
    if (!link->up) return ENETDOWN;
    const Ifindex port = is_packet(question.transport) && link->bond ? active_of(*link) : question.port;
    if (!has_link(port) || !way(port).sends) return 0;
    if (question.transport == Transport::peer) {
        pass_on(question);
        return 0;
    }
    if (!way(port).hears || silent_.contains(question.target)) return 0;
    const bool listens = std::any_of(ears_.begin(), ears_.end(), [&](const Ear& ear) {
        return ear.port == question.port && ear.transport == question.transport;
    });
    if (!listens) return 0;
    answer({.port = question.port, .transport = question.transport, .to = question.source,
            .from = {{0x02, 0, 0, 0, 0, 0xfe}}, .target = question.target, .mark = {}, .sequence = question.sequence,
            .asker = question.asker, .service = question.service});
    return 0;
}

std::optional<std::uint64_t> FakeProber::received(Ifindex port) {
    if (!kernel_.net().link(port)) return std::nullopt;
    if (has_link(port) && way(port).hears && !quiet_) ++received_[port];
    return received_[port];
}

std::optional<bool> FakeProber::says_failed(const std::string& path) {
    const auto at = files_.find(path);
    if (at == files_.end()) return std::nullopt;
    return at->second;
}

} // namespace had::test
