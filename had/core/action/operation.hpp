// What every operation knows of itself.  An operation is a struct with these members, in a file of its family
// (bond_operations.hpp and so on), and a row of the variant in action.hpp; one that lacks a member does not
// compile.  What is made by rtnetlink or ethtool is a request, made at once; what can block for seconds is a
// job, made in a child process.
#pragma once

#include "had/core/base/types.hpp"

#include <concepts>
#include <string>
#include <vector>

namespace had::core {

struct Owned;
struct Observed;

struct LinkRef {
    Ifindex index = 0;                        // 0: not there yet; known by name alone
    std::string name;
    friend auto operator<=>(const LinkRef&, const LinkRef&) = default;
};

// What a child process is told to do.
struct Job {
    std::string key;                          // "slot 2": jobs with one key run one after another
    std::string title;                        // "loading e1000": names what hangs
    std::vector<std::string> arguments;       // {"load-module", "e1000", "debug=1"}; sys/job_child.hpp reads them
};

template <class O>
concept AnOperation = requires(const O& o, Owned& owned, const Observed& observed) {
    // "enslave eth3 to bond0": one line, in the imperative, the names an operator knows.
    { o.text() } -> std::same_as<std::string>;
    // What makes two of them the same attempt: kind and object, not the values.  "enslave eth3".  Two references
    // to one link are the same attempt before and after its index is known, so it has names.
    { o.key() } -> std::same_as<std::string>;
    // Before it is made: true when the record of what is the daemon's changed, and must be saved first.
    { o.note(owned, observed) } -> std::same_as<bool>;
    // After it was made: true when the record changed.
    { o.forget(owned) } -> std::same_as<bool>;
};

template <class O>
concept RequestOperation = AnOperation<O> && requires(O& o, const O& c) {
    // A tuple of references to the LinkRefs that must be there when it is made.
    O::links(o);
    O::links(c);
    // The effect is one that somebody else may undo (contest.hpp).
    { c.contestable() } -> std::same_as<bool>;
    // When it fails the rest of its object's list makes no sense.
    { c.holds_rest() } -> std::same_as<bool>;
};

template <class O>
concept JobOperation = AnOperation<O> && requires(const O& o) {
    { o.job() } -> std::same_as<Job>;
    // The slot for whose card it is; empty: for none.
    { o.for_slot() } -> std::same_as<SlotName>;
};

} // namespace had::core
