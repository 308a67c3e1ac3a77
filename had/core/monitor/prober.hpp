// What monitors ask and hear through a port, and who sends and listens for them.
//
// Every port is asked through, also a backup one: only what it sends itself tells whether it would serve.  A probe
// has a sender of its own, an address of the place, so that no switch and no gateway takes it for the bond's traffic.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"
#include "had/core/monitor/lldp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace had::core {

// arp, nd and peer are frames of a port, also of a backup port.  An echo (ICMP) and a datagram (UDP) leave and
// come back by an interface as a whole: a bond, a VLAN, a plain port.  A program asks in its own way.  LLDP is what a
// switch says by itself, and a file is only listened to: its answer means that it may say another thing now.
enum class Transport : std::uint8_t { arp, nd, peer, echo, udp, program, lldp, file };
inline bool is_packet(Transport transport) { return transport == Transport::echo || transport == Transport::udp; }
// A question in a frame of its own, whose answer comes to an address that nobody else has.
inline bool is_frame(Transport transport) {
    return transport == Transport::arp || transport == Transport::nd || transport == Transport::peer;
}

// What the ports of one bond say to each other; sent in network byte order.
struct PeerMark {
    std::uint64_t group = 0;                  // hash of machine, bond and monitor
    std::uint8_t from = 0, to = 0;            // the ports' places in the bond's order, below 64
    std::uint32_t sequence = 0;
    std::uint64_t sent = 0;                   // ns, of the sender's own monotonic clock
    std::uint64_t heard = 0;                  // bit i: the sender has lately heard port i

    friend bool operator==(const PeerMark&, const PeerMark&) = default;
};

struct Program {
    std::vector<std::string> command;         // an absolute path, and arguments
    std::vector<std::string> environment;     // "HAD_MONITOR=gw"
    Duration limit{};                         // then it is killed, with all that it has started

    friend bool operator==(const Program&, const Program&) = default;
};
// What a program has told by its end; unknown: it could not be run, or did not end by itself.
enum class Told : std::uint8_t { well, failed, unknown };

struct Question {
    Ifindex port = 0;                         // goes out here and nowhere else
    Transport transport = Transport::arp;
    Mac source = {};
    IpAddress sender = {};                    // arp: 0.0.0.0 or a configured one; nd: link-local
    IpAddress target = {};                    // not of peer
    std::optional<Mac> to = {};               // arp, nd: nothing: everybody is asked.  Always of peer
    std::uint32_t size = 0;                   // bytes of the frame's payload; padded to it, at least the shortest frame
    std::optional<std::uint16_t> vlan = {};   // 802.1Q id
    PeerMark mark = {};                       // of peer
    std::uint16_t sequence = 0;               // of echo
    std::uint64_t asker = 0;                  // of echo and program: which monitor
    std::uint16_t service = 0;                // of udp: the target's port
    std::string datagram = {};                // of udp
    Program program = {};

    friend bool operator==(const Question&, const Question&) = default;
};

struct Answer {
    Ifindex port = 0;                         // came in here
    Transport transport = Transport::arp;
    Mac to;                                   // of the frame; zero for echo
    Mac from;                                 // by which the one who answers is asked by unicast; zero for echo
    IpAddress target = {};                    // who answers; not of peer
    PeerMark mark = {};
    std::uint16_t sequence = 0;               // of echo
    std::uint32_t size = 0;                   // bytes of the frame's payload
    std::uint64_t asker = 0;                  // of echo and program
    std::uint16_t service = 0;                // of udp
    Told told = Told::well;                   // of program
    std::string text = {};                    // of program: how it ended, and the first line that it printed
    LldpWord lldp = {};
    std::string path = {};                    // of file
    // Not zero: no answer, but so many frames that have come in by the transport and answer nothing.
    std::uint32_t strays = 0;

    friend bool operator==(const Answer&, const Answer&) = default;
};

// What must be listened to.  A probe address that is not the interface's own is asked of its filter of addresses.
struct Ear {
    Ifindex port = 0;
    Transport transport = Transport::arp;
    Mac address = {};                         // answers come to it; zero for echo and udp
    std::vector<IpAddress> targets = {};      // from these alone; not of peer
    std::uint16_t service = 0;                // of udp: from this port of theirs
    std::string path = {};                    // of file, which has no port
    std::vector<Mac> beside = {};             // of frames: what comes in for these is told as a stray

    friend auto operator<=>(const Ear&, const Ear&) = default;
};

// sys/prober is the real one.
class Prober {
public:
    virtual ~Prober() = default;

    // From now on these are listened to and no others; an ear that was there keeps its socket.  One that cannot be
    // opened is told of by ask().  Takes the RTNL: never in the way of a failover.  Throws nothing.
    virtual void listen(const std::vector<Ear>& ears) = 0;
    // 0 or an errno.  Waits for nobody: a full queue is ENOBUFS.  Throws nothing.  A program answers when it has ended,
    // at its limit, or that it cannot be started; one that still hangs for the same asker has failed again.
    virtual int ask(const Question& question) = 0;
    // How many frames a port has received since it came, without those that were answers here.  Nothing: it cannot be
    // read.  Throws nothing.
    virtual std::optional<std::uint64_t> received(Ifindex port) = 0;
    // Whether a change of the file is heard, which is listened to; else it has to be read to know.  Throws nothing.
    virtual bool hears_file(const std::string& path) = 0;
    // What a file says in which another program writes 0, well, or 1, failed.  Nothing: it cannot be read, or says
    // neither.  Throws nothing.
    virtual std::optional<bool> says_failed(const std::string& path) = 0;
};

} // namespace had::core
