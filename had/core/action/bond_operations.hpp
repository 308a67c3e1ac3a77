// A bond: made with all its options in one message, and changed option by option.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/config/bond_option.hpp"

#include <optional>
#include <tuple>

namespace had::core {

struct CreateBond {                           // RTM_NEWLINK, kind bond, all options in one message
    std::string name;
    BondOptions options = {};
    std::optional<Mac> address = {};
    std::optional<std::uint32_t> mtu = {};

    static auto links(auto&) { return std::tuple<>(); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return true; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "create " + name; }
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned&) const { return false; }
    friend bool operator==(const CreateBond&, const CreateBond&) = default;
};

struct SetBondOptions {                       // one message an option, so that one refusal spoils no other
    LinkRef bond;
    BondOptions options;

    static auto links(auto& o) { return std::tie(o.bond); }
    // The active port changes with every loss of a link, without any program.
    [[nodiscard]] bool contestable() const { return !options.contains(BondOption::active_slave); }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const;
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned& owned) const;
    friend bool operator==(const SetBondOptions&, const SetBondOptions&) = default;
};

} // namespace had::core
