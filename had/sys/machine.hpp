// The real machine: netlink, uevents and jobs joined behind core::Kernel.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/sys/card_probe.hpp"
#include "had/sys/jobs.hpp"
#include "had/sys/hotplug_thread.hpp"
#include "had/sys/card_words.hpp"
#include "had/sys/link_mode.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/rtnl.hpp"
#include "had/sys/slot_files.hpp"
#include "had/sys/uevent.hpp"

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace had::sys {

struct MachineOptions {
    core::EventSource event_source = core::EventSource::automatic;
    std::size_t receive_buffer = Rtnl::default_receive_buffer;
    JobOptions jobs = {};
    std::filesystem::path root = "/"; // above sys and run
    std::function<void()> wake = {};  // after each batch of events that the loop brought
    bool read_modes = false;          // at each resync: a question to every card's driver
};

class Machine final : public core::Kernel {
public:
    // Listens from here on, so that no dump can miss anything, and tells nothing before start().
    // Throws std::system_error.
    Machine(Loop& loop, core::EventSink sink, MachineOptions options = {});

    // Dumps the links and scans the devices into the sink, then tells events as they happen.
    void start();

    core::ActionResult apply(const core::Operation& operation) override;
    std::unique_ptr<core::Prepared> prepare(const core::Operation& operation) override {
        return rtnl_.prepare(operation);
    }
    core::ActionResult announce(const core::Announcement& what) override;
    void start(const core::Operation& job, core::JobDone done) override;
    core::Reading sense(core::Ifindex port, core::Probe probe) override { return cards_.sense(port, probe); }
    std::optional<core::SlotState> look(const core::SlotLook& slot) override { return slots_.look(slot); }
    bool hotplug_thread_runs() override { return hotplug_thread_.runs(); }
    core::Parameters parameters(const std::string& module) override;
    core::Tunables tunables(const core::LinkRef& link, const std::vector<std::string>& words) const override;
    void tell_others(const core::ForOthers& what, core::JobDone done) override;
    void ask_cause(const core::LossQuestion& what, core::JobDone done) override;
    void drain() override;

    // Reads everything anew: LinksDumped, with read_modes a ModeSeen for each card, and DevicesScanned.
    void resync();
    // A change from off to on does a resync.
    void read_modes(bool on);

    [[nodiscard]] core::CardReport inspect(core::Ifindex card);
    [[nodiscard]] std::string_view event_source() const; // "udev" or "kernel"
    [[nodiscard]] const RtnlCounters& counters() const { return rtnl_.counters(); }
    [[nodiscard]] std::uint64_t uevent_overruns() const { return uevents_.overruns(); }
    [[nodiscard]] const Jobs& jobs() const { return jobs_; }

private:
    void on_links();
    void on_devices();
    void retry_when_stale();
    void wake();
    void look_for_the_owner(const core::Operation& operation);
    core::ActionResult set_mode(const core::SetLinkMode& operation);
    core::ActionResult set_tunable(const core::SetTunable& operation);

    Loop& loop_;
    core::EventSink sink_;
    MachineOptions options_;
    CardProbe cards_;
    SlotFiles slots_;
    HotplugThread hotplug_thread_;
    Rtnl rtnl_;
    LinkModes modes_;
    mutable CardWords card_words_; // asks by a socket of its own
    Uevents uevents_;
    Jobs jobs_;
    std::vector<Watch> watches_; // after what they watch: they end first
    Timer retry_;
};

} // namespace had::sys
