// The services of had.conf at work: each turn derives what should run (core/service/step.hpp), and this starts, stops
// and asks.  It also carries out the orders about groups, writes their fault files, and tells a DHCP client when its
// bond has moved to another port.
#pragma once

#include "had/core/policy/orders.hpp"
#include "had/core/service/step.hpp"
#include "had/run/fault_files.hpp"
#include "had/run/part.hpp"
#include "had/run/run.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace had {

class Services final : public Part {
public:
    Services(Run& run, core::Runner& runner, FaultFiles& faults)
        : run_(run), m_(run.model), runner_(runner), faults_(faults) {}

    void hear(const core::ServiceEvent& event);
    // Each is kept before anything is done.  Throws what keeping throws; then nothing has changed.  Nothing: taken.
    std::optional<core::Refusal> use(const std::string& group, const std::string& member, const std::string& user);
    std::optional<core::Refusal> hold(const std::string& group, const std::string& member, const std::string& user);
    std::optional<core::Refusal> release(const std::string& group, const std::string& user);

    void begin() override;
    void reload() override;
    void before_plan() override;
    void after_turn() override;
    [[nodiscard]] std::optional<core::TimePoint> next() const override { return next_; }

private:
    [[nodiscard]] core::ServiceFacts facts() const;
    [[nodiscard]] bool has_none() const;
    void act_all();
    void find_devices();
    void act(const core::ServiceAct& what);
    void start(const core::Launch& launch);
    void tell_clients();
    void write_faults();
    void tell_order(core::NoticeKind kind, const std::string& group, const std::string& user, std::string text) const;

    Run& run_;
    Model& m_;
    core::Runner& runner_;
    FaultFiles& faults_;
    core::GroupOrders orders_;
    std::optional<core::TimePoint> next_;
    std::map<std::string, core::Ifindex> actives_;            // of bonds with a DHCP client, as last told
    bool devices_changed_ = false;
    std::deque<core::ServiceAct> todo_;       // what a step has asked for, and is not done yet
};

} // namespace had
