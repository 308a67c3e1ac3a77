// Limits the fight between the daemon and another program that undo each other's work.  A fight costs more service
// than either choice; but an address that stays away costs more than any fight.
//
// What another program changes of what had.conf names is brought back.  The first time at once.  What is undone
// again within `contest_burst` is the same burst: it counts once, and is brought back when the burst is over, since
// a program that flushes an interface does so in rounds, until nothing is left.  The second and the third burst
// within `contest_window` are waited for as well.  After `contest_most` of them it is left as it is for
// `contest_wait`, and called contested.  Then it is tried again, and left for twice as long when it is undone twice
// more.  It is no longer contested when it has held for as long as it was left, when the file is reloaded, or when an
// operator gives an order about it.  What is left, and until when, is kept (owned.hpp), so that the next daemon keeps
// to it and goes on trying.
//
// There is one limit for everything.  What is contested is named by a bond, for its active port (failover.hpp), or by
// the key of an operation ("enslave eth3"), for everything else.
//
// Nobody need report that an operation was undone.  Its effect had been seen, so that it was wanted no more, and now
// the very same operation is wanted again.  What the kernel removes together with something else, as a route whose
// interface is set down, counts once, as that.  A card that was exchanged has other interfaces, so its ports are no
// repetition.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/action/owned.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

inline constexpr Duration contest_burst = std::chrono::seconds(1);
inline constexpr Duration contest_window = std::chrono::minutes(1);
inline constexpr std::size_t contest_most = 3;         // bursts within the window
inline constexpr std::size_t contest_most_again = 1;   // of what was given up before

class Contests {
public:
    // It was undone just now.  Nothing: it is brought back at once.  Else until when it is left.
    std::optional<LeftAlone> undone(const std::string& what, const Owned& owned, TimePoint now);
    // The effect of an operation has been seen.
    void showed(const Operation& operation);
    // Which of these were undone and are left for now, by the keys of the operations.
    std::map<std::string, LeftAlone> lost(const std::vector<Action>& wanted, const Owned& owned, TimePoint now);
    // An order ends what is contested of a bond's active port; another file ends everything.
    void settle(const std::string& what) { bursts_.erase(what); }
    void settle_all();
    // What was seen on a link that is gone cannot be undone any more.
    void forget_gone(const Observed& observed);

private:
    // What the daemon itself sets down loses addresses and routes by no other's hand.
    void forget_lowered(const Operation& operation);
    // Nor is it another's doing that a route goes, or gives way, which the daemon wants otherwise now.
    void forget_own(const Operation& operation);

    std::map<std::string, Operation> shown_; // by key_of
    std::map<std::string, std::vector<TimePoint>> bursts_; // when each began
};

// The interface of what is contested: "eth3" of "enslave eth3".  Empty: it is a bond's active port.
std::string_view contested_link(std::string_view what);

} // namespace had::core
