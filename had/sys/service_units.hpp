// Services as units of systemd: transient ones for commands, and existing ones.
//
// So what runs has a cgroup of its own, which is ended whole, nothing of the daemon's hardening, and its output in the
// journal.  It outlives the daemon; the next one adopts it by its name.  Nothing here waits: what systemd tells moves a
// unit on, and while its bus is away all stay as they are.
#pragma once

#include "had/sys/loop.hpp"
#include "had/sys/service_host.hpp"
#include "had/sys/unit_manager.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace had::sys {

// "had-at@ttyACM0.service", "had.probe-dsl.service".
std::string unit_name(const core::ServiceKey& key);
std::string unit_name(const core::Helper& helper);

class ServiceUnits final : public ServiceHost {
public:
    ServiceUnits(Loop& loop, std::unique_ptr<UnitManager> manager, Heard heard, Log log);

    [[nodiscard]] bool has(const core::ServiceKey& key) const override { return names_.contains(key); }
    Adoption adopt(const core::ServiceKey& key, const ServiceRecord& record) override;
    int start(const core::Launch& launch, const Keep& keep) override;
    void stop(const core::ServiceKey& key, bool kill) override;
    void run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper& helper) override;

private:
    enum class Wish : std::uint8_t { none, stop, kill };
    struct Unit {
        std::variant<core::ServiceKey, core::Helper> owner;
        bool transient = true, oneshot = false;
        std::uint64_t life = 0;               // tells an answer about it from one about its predecessor
        bool asked = false;                   // to start, and there is no answer yet
        std::string job = {};                 // which is to start it
        std::string job_result = {};
        UnitState state = {};
        bool seen = true;                     // false: adopted, and systemd has not answered yet
        bool started = false, ready = false;  // is told
        bool restarts = false;                // by itself, and is stopped for that
        Wish wish = Wish::none;               // what was wanted while nobody could be asked
        Wish sent = Wish::none;               // and has been asked for, without an answer yet
        Timer again = {};
        Timer look_again = {};                // while a look has no answer
    };
    using Units = std::map<std::string, Unit>;
    Unit& add(const std::string& name, Unit unit);
    void drop(Units::iterator at);
    Unit* find(const std::string& name, std::uint64_t life);
    void answered(const std::string& name, std::uint64_t life, const UnitAnswer& answer);
    void end_unknown(const std::string& name);
    void look(const std::string& name, std::uint64_t life);
    void looked(const std::string& name, std::uint64_t life, const UnitState& state);
    void changed(const std::string& name, const UnitState& changed);
    void see(Unit& unit);
    void job_over(const std::string& job, const std::string& result);
    void move_on(const std::string& name);
    void over(const std::string& name);
    void wish(const std::string& name, Wish what);
    void act(const std::string& name, Unit& unit);
    [[nodiscard]] static core::ProcessEnd end_of(const std::string& name, const Unit& unit);

    Loop& loop_;
    std::unique_ptr<UnitManager> manager_;
    Heard heard_;
    Log log_;
    Units units_;
    std::map<core::ServiceKey, std::string> names_;
    std::uint64_t lives_ = 0;
};

} // namespace had::sys
