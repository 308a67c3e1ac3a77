#include "had/sys/prober.hpp"

#include "had/core/base/hash.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/echo_socket.hpp"
#include "had/sys/file.hpp"
#include "had/sys/packet_socket.hpp"
#include "had/sys/udp_socket.hpp"

#include <fmt/format.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

namespace had::sys {

using namespace core;

namespace {

// Whoever floods a port with answers gets this much of the loop, and then everybody else has a turn.
constexpr int most_at_once = 64;
// A port behind a hub hears what its mates send to each other: (N-1)(N-2) frames a round, beside its own N-1, which
// they would keep from the queue.
constexpr std::uint32_t many_strays = most_at_once / 2;
constexpr Duration shortest_rest = std::chrono::seconds(1), longest_rest = std::chrono::minutes(1);
// Others run in between; more than so many sockets are not kept for that.
constexpr auto pause_between_closing = std::chrono::milliseconds(5);
constexpr std::size_t most_left = 256;
// Of another program's file; those of sysfs say that they have a page.
constexpr std::uintmax_t most_of_word = 4096;

// So that a reply to another process, as the daemon before this one, is not taken for our own.
std::uint64_t new_identity() {
    return hash_of({std::to_string(::getpid()), std::to_string(steady_now().time_since_epoch().count())});
}

bool is_for(const std::vector<Ear>& ears, const Answer& answer) {
    return std::any_of(ears.begin(), ears.end(), [&](const Ear& ear) {
        const auto& from = ear.targets;
        const bool from_anybody = answer.transport == Transport::peer || answer.transport == Transport::lldp;
        return ear.address == answer.to && ear.service == answer.service &&
               (from_anybody || std::find(from.begin(), from.end(), answer.target) != from.end());
    });
}

std::unique_ptr<ProbeSocket> open_socket(Ifindex port, Transport transport, IpFamily family, std::uint64_t identity) {
    if (transport == Transport::echo) return std::make_unique<EchoSocket>(port, family, identity);
    if (transport == Transport::udp) return std::make_unique<UdpSocket>(port, family);
    return std::make_unique<PacketSocket>(port, transport);
}

// Takes it, so that it wakes nobody.
bool has_told_an_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0;
}

} // namespace

Prober::Prober(Loop& loop, Hears hears, std::function<void(const std::string&)> trouble, LinkCounter counter)
    : loop_(loop), hears_(std::move(hears)), programs_(loop, hears_),
      files_(loop, [this](const std::string& path) {
          Answer answer;
          answer.transport = Transport::file;
          answer.path = path;
          hears_(answer);
      }),
      identity_(new_identity()), counter_(std::move(counter)), trouble_(std::move(trouble)),
      not_listened_to_(ENOTCONN) {}

Prober::Key Prober::key_of(const Ear& ear, IpFamily family) { return {ear.port, ear.transport, family}; }

// Only packets are sent to hosts of both families.
std::map<Prober::Key, std::vector<Ear>> Prober::by_line(const std::vector<Ear>& ears) {
    std::map<Key, std::vector<Ear>> lines;
    for (const Ear& ear : ears) {
        if (ear.transport == Transport::file) continue;
        if (!is_packet(ear.transport)) {
            lines[key_of(ear, IpFamily::v4)].push_back(ear);
            continue;
        }
        for (const IpFamily family : {IpFamily::v4, IpFamily::v6}) {
            Ear of_family{ear.port, ear.transport, ear.address, {}, ear.service};
            std::copy_if(ear.targets.begin(), ear.targets.end(), std::back_inserter(of_family.targets),
                         [&](const IpAddress& target) { return target.family == family; });
            if (!of_family.targets.empty()) lines[key_of(ear, family)].push_back(std::move(of_family));
        }
    }
    return lines;
}

void Prober::listen(const std::vector<Ear>& ears) try {
    not_listened_to_ = ENOMEM;
    auto wanted = by_line(ears);
    for (auto& [key, line] : lines_)
        if (!wanted.contains(key)) leave(line);
    std::erase_if(lines_, [&](const auto& line) { return !wanted.contains(line.first); });
    std::erase_if(answers_, [&](const auto& of_port) {
        const auto line = wanted.lower_bound({of_port.first, Transport::arp, IpFamily::v4});
        return line == wanted.end() || std::get<0>(line->first) != of_port.first;
    });
    for (auto& [key, of_line] : wanted) listen(key, lines_[key], std::move(of_line));
    if (ears.empty()) counter_.close();       // perhaps no monitor is left
    std::vector<std::string> files;
    for (const Ear& ear : ears)
        if (ear.transport == Transport::file) files.push_back(ear.path);
    files_.listen(files);
    not_listened_to_ = ENOTCONN;
} catch (const std::exception&) {
    // Without memory: ask() says so of what is not there.
}

void Prober::listen(const Key& key, Line& line, std::vector<Ear> ears) try {
    line.ears = std::move(ears);
    if (line.socket && (line.worn || has_told_an_error(line.socket->fd()))) leave(line);
    if (!line.socket) open(key, line);
    else line.socket->hear(line.ears);
} catch (const std::exception& e) {
    const auto* system = dynamic_cast<const std::system_error*>(&e);
    line.error = system ? system->code().value() : ENOMEM;
    leave(line);
}

void Prober::open(const Key& key, Line& line) {
    const auto& [port, transport, family] = key;
    line.socket = open_socket(port, transport, family, identity_);
    line.socket->hear(line.ears);
    line.worn = has_told_an_error(line.socket->fd());      // the port is down
    line.watch = loop_.on_readable(line.socket->fd(), [this, key, &line] { drain(key, line); });
}

void Prober::leave(Line& line) try {
    line.watch = Watch();
    if (!line.socket) return;
    if (left_.size() >= most_left) left_.pop_front();
    left_.push_back(std::move(line.socket));
    if (!closing_.pending()) closing_ = loop_.after(pause_between_closing, [this] { close_one(); });
} catch (const std::exception&) {
    line.socket.reset();                      // without memory it is closed at once, and those before with the next
}

void Prober::close_one() {
    left_.pop_front();
    if (!left_.empty()) closing_ = loop_.after(pause_between_closing, [this] { close_one(); });
}

int Prober::ask(const Question& question) try {
    if (question.transport == Transport::program) return programs_.start(question);
    const bool v6 = is_packet(question.transport) && question.target.family == IpFamily::v6;
    const auto line = lines_.find({question.port, question.transport, v6 ? IpFamily::v6 : IpFamily::v4});
    if (line == lines_.end()) return not_listened_to_;
    return line->second.socket ? line->second.socket->ask(question) : line->second.error;
} catch (const std::exception&) {
    return ENOMEM;
}

// Hands on behind the reading: whoever hears it may end this line.
void Prober::drain(const Key& key, Line& line) {
    std::vector<Answer> answers;
    Answer strays;
    strays.port = std::get<0>(key);
    strays.transport = std::get<1>(key);
    for (int left = most_at_once; left > 0; --left) {
        ProbeSocket::Heard heard = line.socket->next(room_);
        if (heard.error != 0) {
            line.worn = line.worn || heard.error != EAGAIN;
            break;
        }
        if (heard.answer && is_for(line.ears, *heard.answer)) answers.push_back(std::move(*heard.answer));
        else if (is_frame(strays.transport)) ++strays.strays;
    }
    // What a switch says by itself is a sign of life like any other's frame (received()).
    if (!answers.empty() && answers.front().transport != Transport::lldp)
        answers_[answers.front().port] += answers.size();
    if (strays.strays >= many_strays && strays.strays > answers.size()) rest_from_others(line);
    for (const Answer& answer : answers) hears_(answer);
    if (strays.strays > 0) hears_(strays);
}

// For a longer while each time that it was not enough.
void Prober::rest_from_others(Line& line) try {
    const bool any =
        std::any_of(line.ears.begin(), line.ears.end(), [](const Ear& ear) { return !ear.beside.empty(); });
    if (!any || line.resting.pending()) return;
    line.rest = steady_now() < line.rested + line.rest ? std::min(2 * line.rest, longest_rest) : shortest_rest;
    line.resting = loop_.after(line.rest, [&line] {
        line.rested = steady_now();
        if (line.socket) line.socket->shut_out_others(false);
    });
    line.socket->shut_out_others(true);
} catch (const std::exception&) {
    // Without memory all of it is looked at.
}

std::optional<std::uint64_t> Prober::received(Ifindex port) try {
    const auto count = counter_.received(port);
    if (!count) {
        unread_.erase(port);
        return std::nullopt;
    }
    const auto own = answers_.find(port);
    return *count - std::min(*count, own == answers_.end() ? 0 : own->second);
} catch (const std::exception& e) {
    tell_unread(port, e.what());
    return std::nullopt;
}

void Prober::tell_unread(Ifindex port, const char* why) try {
    std::string& told = unread_[port];
    if (!trouble_ || told == why) return;
    told = why;
    std::array<char, IF_NAMESIZE> name{};
    if (!::if_indextoname(static_cast<unsigned>(port), name.data())) return;  // it goes
    trouble_(fmt::format("{}: {}: monitors do not know what it receives, and judge nothing by it", name.data(), why));
} catch (const std::exception&) {
    // Without memory it is told another time.
}

std::optional<bool> Prober::says_failed(const std::string& path) try {
    if (std::filesystem::file_size(path) > most_of_word) return std::nullopt;
    const std::string text = read_file(path);
    if (text == "0" || text == "0\n") return false;
    if (text == "1" || text == "1\n") return true;
    return std::nullopt;
} catch (const std::exception&) {
    return std::nullopt;
}

} // namespace had::sys
