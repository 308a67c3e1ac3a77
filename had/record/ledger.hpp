// Makes spans of what the daemon tells: its events, and its view where no event says it.
//
// Pure: no clock, no disk.  An event says when something happened; a view only that it is so now.  What happened while
// nobody listened is known where the kernel's carrier counters bridge it: unchanged, nothing happened.
#pragma once

#include "had/core/view/view.hpp"
#include "had/record/span.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace had::record {

// What an event says of service; doc/protocol.md has its keys.
struct Told {
    std::string event, bond, slot, port, interface, alarm, cause, by, to, severity;
    std::optional<std::int64_t> announced_us;
    bool orderly = false;                     // of card_out: by order (Ledger::is_ordered_out)
    Moment at;
};
// Nothing: it is no event of the daemon's, or one without a time (`lost`, `changed`).
std::optional<Told> told_by(std::string_view json);

// The kernel's counters of an interface: which it is, and how often its carrier came and went.
struct Carrier {
    int index = 0;
    std::uint64_t ups = 0, downs = 0;

    friend bool operator==(const Carrier&, const Carrier&) = default;
};
using Carriers = std::map<std::string, Carrier>;      // by object

// The interface of each object whose service is recorded: bonds, VLANs and plain ports.
std::map<std::string, std::string> interfaces_of(const core::View& view);

class Ledger {
public:
    explicit Ledger(Spans spans = {}) : spans_(std::move(spans)) {}

    [[nodiscard]] Spans& spans() { return spans_; }
    [[nodiscard]] const Spans& spans() const { return spans_; }
    void hear(const Told& told);
    [[nodiscard]] bool is_ordered_out(const std::string& slot) const { return ordered_out_.contains(slot); }
    void see(const core::View& view, const Moment& now);
    // Nobody listened since `last`.  Objects in `bridged` have had no change of their carrier meanwhile.
    void miss(const Moment& last, const Moment& now, const std::set<std::string>& bridged);

private:
    void go_down(std::string_view kind, const std::string& object, bool by_order, const Moment& at);

    Spans spans_;
    std::map<std::string, bool> lost_by_order_;       // of a bond: how it lost its last port
    std::map<std::string, std::string> carried_by_;   // a VLAN by what
    std::set<std::string> ordered_out_;               // slots
    std::optional<Moment> reloaded_;
};

} // namespace had::record
