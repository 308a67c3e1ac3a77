// What every operation knows of itself.  An operation is a struct with these members, in a file of its family
// (bond_operations.hpp and so on), and a row of the variant in action.hpp; one that lacks a member does not
// compile.  A request is made at once, by rtnetlink or ethtool.  A job can block for seconds, and is made in a child
// process.
#pragma once

#include "had/core/base/types.hpp"

#include <concepts>
#include <string>
#include <vector>

namespace had::core {

struct Owned;
struct Observed;

struct LinkRef {
    Ifindex index = 0;                        // 0: not there yet, and known only by its name
    std::string name;
    friend auto operator<=>(const LinkRef&, const LinkRef&) = default;
};
// No interface at all: it need not exist.
inline bool is_none(const LinkRef& link) { return link.index == 0 && link.name.empty(); }

// What a child process is told to do.
struct Job {
    std::string key;                          // "slot 2": jobs with one key run one after another
    std::string title;                        // "loading e1000": names what hangs
    std::vector<std::string> arguments;       // {"load-module", "e1000", "debug=1"}; sys/job_child.hpp reads them
};

template <class O>
concept AnOperation = requires(const O& o, Owned& owned, const Observed& observed) {
    // "enslave eth3 to bond0": one line in the imperative, with the names that an operator knows.
    { o.text() } -> std::same_as<std::string>;
    // "enslave eth3": two operations with the same key are the same attempt.  It has the kind and the object, not the
    // values; and names, so that an attempt is the same before and after a link's index is known.
    { o.key() } -> std::same_as<std::string>;
    // Before it is made.  True: the record of what is the daemon's has changed, and must be saved first.
    { o.note(owned, observed) } -> std::same_as<bool>;
    // After it was made.  True: the record has changed.
    { o.forget(owned) } -> std::same_as<bool>;
};

template <class O>
concept RequestOperation = AnOperation<O> && requires(O& o, const O& c) {
    // A tuple of references to the LinkRefs that must exist when it is made.
    O::links(o);
    O::links(c);
    // Another program may undo the effect (contest.hpp).
    { c.contestable() } -> std::same_as<bool>;
    // When it fails, the rest of its object's list is not made.
    { c.holds_rest() } -> std::same_as<bool>;
};

template <class O>
concept JobOperation = AnOperation<O> && requires(const O& o) {
    { o.job() } -> std::same_as<Job>;
    // The slot whose card it is for; empty: none.
    { o.for_slot() } -> std::same_as<SlotName>;
};

} // namespace had::core
