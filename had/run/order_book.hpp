// Orders that an operator gives by hand (core/policy/orders.hpp).  An order is kept first, and then done like
// everything else that is wanted.  Orders about cards are in extraction.hpp, those about domains in domains.hpp.
#pragma once

#include "had/core/policy/orders.hpp"
#include "had/run/contest.hpp"
#include "had/run/domains.hpp"
#include "had/run/extraction.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <optional>
#include <string>
#include <variant>

namespace had {

class OrderBook final : public Part {
public:
    OrderBook(Run& run, Contest& contest, Extractions& extraction, Domains& domains)
        : run_(run), m_(run.model), contest_(contest), extraction_(extraction), domains_(domains) {}

    // Each is kept before the kernel is told.  Throws what keeping throws; then nothing has changed.  Nothing: the
    // order is taken.
    std::optional<core::Refusal> activate(const std::string& bond, const std::string& port, const std::string& user);
    std::optional<core::Refusal> end_activation(const std::string& bond, const std::string& user);
    // Of a port of a bond.  The caller itself releases the port, or enslaves it again.
    std::variant<core::Refusal, core::PortName> leave_out(const std::string& port, const std::string& user);
    std::optional<core::Refusal> end_leave_out(const std::string& port, const std::string& user);
    void pause(core::Duration duration, const std::string& user);
    void resume(const std::string& user);

    // Ends an order that leaves out a port when another card comes, or when had.conf names another bond.
    void rearranged() override;
    void begin() override { drop_unnamed(); }
    void reload() override { drop_unnamed(); }
    // Ends a pause whose time is over.
    void before_turn() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override { return pause_end(); }

private:
    void keep_settled(core::Orders orders, const std::string& bond);
    void drop_unnamed();
    [[nodiscard]] std::optional<core::TimePoint> pause_end() const;

    Run& run_;
    Model& m_;
    Contest& contest_;
    Extractions& extraction_;
    Domains& domains_;
};

} // namespace had
