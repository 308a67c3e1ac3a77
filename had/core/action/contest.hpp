// Two that undo each other's work cost more service than either choice.
//
// What somebody else changes of what had.conf names is brought back, at most `contest_most` times
// within `contest_window`; then had leaves it as it is and calls it contested, until the file is
// reloaded or an operator gives an order about it.  One limit for all: the name of what is
// contested is a bond's, for its active port (failover.hpp), or the key of an operation ("enslave
// eth3"), for all else.
//
// That an operation was undone is seen without a word from whoever did it: its effect had shown, so
// that it was wanted no more, and now the very same is wanted again.  What the kernel takes away
// with something else, a route with its interface set down, counts once, as that.  A card that was
// exchanged has other interfaces, so its ports are no repetition.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

inline constexpr Duration contest_window = std::chrono::minutes(1);
inline constexpr std::size_t contest_most = 3; // within the window

class Contests {
public:
    // It was undone just now.  True: once more than had brings it back.
    bool undone(const std::string& what, TimePoint now);
    // The effect of an operation has shown.
    void showed(const Operation& operation);
    // What of these was undone too often, by the keys of the operations.
    std::set<std::string> lost(const std::vector<Action>& wanted, TimePoint now);
    // A bond's active port is settled by an order; everything by another file.
    void settle(const std::string& what) { times_.erase(what); }
    void settle_all();
    // What had shown on a link that is gone cannot be undone any more.
    void forget_gone(const Observed& observed);

private:
    std::map<std::string, Operation> shown_; // by key_of
    std::map<std::string, std::vector<TimePoint>> times_;
};

// Of what is contested: "eth3" of "enslave eth3".  Empty: it is a bond's active port.
std::string_view contested_link(std::string_view what);

} // namespace had::core
