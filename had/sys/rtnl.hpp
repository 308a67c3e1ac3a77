// rtnetlink: one socket that listens, one that asks.
//
// The listening socket joins its groups in the constructor, so that a dump made at any time later
// misses nothing: what happens during the dump stands in the queue behind it.
//
// Overrun.  When the listening socket's buffer is full the kernel drops *everything* until the
// queue has been read empty (net/netlink/af_netlink.c netlink_overrun, netlink_rcv_wake), and says
// so only once, with ENOBUFS.  So: read until EAGAIN, then dump; a dump before that would itself be
// overtaken by silent losses.
//
// The sockets are our own and not libnl's: one recvmsg() into a buffer that stays, instead of a
// peek, an allocation and a copy a message; the true errno (libnl turns ENOBUFS into NLE_NOMEM,
// ENOTEMPTY into NLE_FAILURE); no 32 KiB receive buffer; and the kernel's own words, which libnl
// has no call for.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/link_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace had::sys {

struct RtnlCounters {
    std::uint64_t messages = 0; // heard
    std::uint64_t overruns = 0; // times the kernel had to drop some
    std::uint64_t dumps = 0;
    std::uint64_t requests = 0; // messages sent that ask for a change

    friend bool operator==(const RtnlCounters&, const RtnlCounters&) = default;
};

class Rtnl {
public:
    static constexpr std::size_t default_receive_buffer = std::size_t{8} << 20;

    // Throws std::system_error.  A tiny buffer makes real overruns, for tests.
    explicit Rtnl(std::size_t receive_buffer = default_receive_buffer);

    [[nodiscard]] int fd() const; // readable when drain() has something to do
    // Hands over what has arrived, until EAGAIN; after an overrun also a LinksDumped.  Throws
    // std::system_error when that dump fails: then stale() until a resync() succeeds.
    void drain(const core::EventSink& sink);
    // Drains, then dumps all links, addresses and routes of had's into one LinksDumped.
    void resync(const core::EventSink& sink);
    [[nodiscard]] bool stale() const { return stale_; }

    // Sends the operation's messages, one at a time, and stops at the first refusal, which the text
    // names: "miimon: invalid option value".  Throws nothing.
    core::ActionResult apply(const core::Operation& operation);

    // The messages of a whole dump, for who wants more of them than the codec keeps.  When the
    // kernel's tables changed meanwhile it is asked again: `restart` is called before each try.
    // Throws std::system_error.
    using MessageSink = std::function<void(const nlmsghdr&)>;
    void dump(Message (*ask)(), const std::function<void()>& restart, const MessageSink& sink);

    [[nodiscard]] const RtnlCounters& counters() const { return counters_; }

private:
    core::ActionResult request_all(const core::Operation& operation);
    core::ActionResult request(const Request& request);
    bool is_there(const core::AddRoute& route);
    core::LinksDumped dump_all();
    template <class T>
    std::vector<T> all_of(Message (*ask)(), std::optional<T> (*decode)(const nlmsghdr&));
    // False: the kernel's tables changed meanwhile, and the answer may lack what did not.
    bool dump_once(Message message, const MessageSink& sink);

    UniqueFd monitor_, requests_;
    std::vector<std::byte> heard_, answers_; // two: a sink may ask while it is being told
    std::uint32_t sequence_ = 0;
    bool stale_ = false;
    RtnlCounters counters_;
};

} // namespace had::sys
