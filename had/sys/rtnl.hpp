// rtnetlink: one socket that listens, one that asks.
//
// The listening socket joins its groups in the constructor, so that no later dump misses anything: what
// happens during the dump waits in the queue behind it.
//
// Overrun.  When the listening socket's buffer is full the kernel drops *everything* until the
// queue has been read empty (net/netlink/af_netlink.c netlink_overrun, netlink_rcv_wake), and says
// so only once, with ENOBUFS.  So the socket is read until EAGAIN, and then dumped: an earlier dump would
// be followed by more silent losses.
//
// The sockets are our own and not libnl's, for four reasons.  One recvmsg() goes into a buffer that stays,
// instead of a peek, an allocation and a copy a message.  The errno is the true one; libnl turns ENOBUFS into
// NLE_NOMEM, and ENOTEMPTY into NLE_FAILURE.  There is no 32 KiB receive buffer.  And the kernel's own words
// can be read, for which libnl has no call.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/link_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::sys {

struct RtnlCounters {
    std::uint64_t messages = 0; // heard
    std::uint64_t overruns = 0; // how often the kernel dropped messages
    std::uint64_t dumps = 0;
    std::uint64_t requests = 0; // messages sent that ask for a change

    friend bool operator==(const RtnlCounters&, const RtnlCounters&) = default;
};

class Rtnl {
public:
    static constexpr std::size_t default_receive_buffer = std::size_t{8} << 20;

    // Throws std::system_error.  Tests give a tiny buffer, which makes real overruns.
    explicit Rtnl(std::size_t receive_buffer = default_receive_buffer);

    [[nodiscard]] int fd() const; // readable when drain() has something to do
    // Hands over what has arrived, until EAGAIN; after an overrun also a LinksDumped.  Throws
    // std::system_error when that dump fails: then stale() until a resync() succeeds.
    void drain(const core::EventSink& sink);
    // Drains, then dumps all links, addresses and rules and the daemon's routes into one LinksDumped.
    void resync(const core::EventSink& sink);
    [[nodiscard]] bool stale() const { return stale_; }

    // Sends the operation's messages, one at a time, and stops at the first refusal, which the text
    // names: "miimon: invalid option value".  Throws nothing.
    core::ActionResult apply(const core::Operation& operation);
    // The same, encoded now and sent later.  Throws std::invalid_argument.
    std::unique_ptr<core::Prepared> prepare(const core::Operation& operation);

    // What that interface is now, by its index, or by its own name or an alternative one; nothing: there is none,
    // or it cannot be asked.
    std::optional<core::Link> link_now(const core::LinkRef& link);

    // Whether the very same route is there, whoever made it.  Throws std::system_error.
    bool is_there(const core::AddRoute& route);

    // The messages of a whole dump, for callers that need more of them than the codec keeps.  When the
    // kernel's tables changed meanwhile the dump is made again; `restart` is called before each try.
    // Throws std::system_error.
    using MessageSink = std::function<void(const nlmsghdr&)>;
    void dump(Message (*ask)(), const std::function<void()>& restart, const MessageSink& sink);

    [[nodiscard]] const RtnlCounters& counters() const { return counters_; }

private:
    class Ready;

    core::ActionResult request_all(const core::Operation& operation);
    core::ActionResult send_all(const std::vector<Request>& requests);
    core::ActionResult request(const Request& request);
    core::ActionResult send_request(nlmsghdr& header);
    core::ActionResult enslave(const core::Enslave& operation);
    core::ActionResult rename(const core::RenameLink& operation);
    core::ActionResult add(const core::AddRoute& route);
    core::ActionResult forget(const core::ForgetNeighbour& neighbour);
    void listen_at(const std::vector<core::IpPrefix>& destinations);
    std::vector<Message> that_goes_with(core::Ifindex link);
    core::LinksDumped dump_all();
    std::vector<core::SeenRule> all_rules();
    template <class T>
    std::vector<T> all_of(Message (*ask)(), std::optional<T> (*decode)(const nlmsghdr&));
    // False: the kernel's tables changed meanwhile, and the answer may lack what did not.
    bool dump_once(Message message, const MessageSink& sink);

    UniqueFd monitor_, requests_;
    std::vector<std::byte> heard_, answers_; // two: a sink may ask while it is being told
    // Of the daemon's routes and those of networks: what others do there is heard (route_filter.hpp).
    std::set<std::uint32_t> places_;
    std::uint32_t sequence_ = 0;
    bool stale_ = false;
    RtnlCounters counters_;
};

} // namespace had::sys
