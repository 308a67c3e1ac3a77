// Orders about domains (which host has them) and about the cards that a slot accepts, and what becomes of them.
#pragma once

#include "had/core/policy/orders.hpp"
#include "had/run/extraction.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <map>
#include <optional>
#include <string>

namespace had {

class Domains final : public Part {
public:
    Domains(Run& run, Extractions& extraction) : run_(run), m_(run.model), extraction_(extraction) {}

    // Gives a domain to another host, and takes one.
    std::optional<core::Refusal> release(const std::string& domain, bool force, const std::string& user);
    std::optional<core::Refusal> take(const std::string& domain, const std::string& user);
    // Lets in a card that its slot does not accept (core/policy/acceptance.hpp).
    std::optional<core::Refusal> accept(const core::SlotName& slot, const std::string& user);
    // The order has ended by itself, and not by `domain take`.
    void drop_release(const std::string& domain) { releasing_.erase(domain); }

    void begin() override;
    void before_plan() override;

private:
    [[nodiscard]] std::optional<core::Refusal> objection_to_domain(const std::string& domain) const;
    [[nodiscard]] bool is_released(const std::string& domain) const;
    void update_release(const std::string& domain);
    void tell_kept(const std::string& domain, const core::DomainOrder& order);
    void update_models();

    Run& run_;
    Model& m_;
    Extractions& extraction_;
    Touched::Mark remembered_;                // what was touched after the models were looked at
    std::map<std::string, bool> releasing_;   // until the release is reported; true: what keeps it was reported
};

} // namespace had
