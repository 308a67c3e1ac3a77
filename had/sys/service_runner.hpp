// The processes of services as children of their own, which outlive the daemon (core/service/runner.hpp).
//
// Each has a session, a process group and a record (service_record.hpp).  Its end is heard by a pidfd; then the rest of
// its group is killed, and it counts as ended when nothing of the group is left.  A process that a daemon before this
// one has started is adopted by its record.  Its exit status goes to init, so nobody knows it.
#pragma once

#include "had/core/service/runner.hpp"
#include "had/sys/device_finder.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/service_record.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace had::sys {

class ServiceRunner final : public core::Runner {
public:
    using Heard = std::function<void(const core::ServiceEvent&)>;
    using Log = std::function<void(const std::string&)>;      // what the daemon can do nothing about
    ServiceRunner(Loop& loop, std::filesystem::path directory, Heard heard, Log log);
    ~ServiceRunner() override;

    std::vector<core::Adopted> adopt() override;
    int start(const core::Launch& launch, std::string& trouble) override;
    void stop(const core::ServiceKey& key, bool kill) override;
    void note_ready(const core::ServiceKey& key) override;
    void note_done(const core::ServiceKey& key, std::uint64_t device) override;
    void forget(const core::ServiceKey& key) override;
    std::string run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper& helper) override;
    void watch(const std::vector<core::MatchConfig>& matches) override;
    std::vector<core::Device> devices(const core::MatchConfig& match) override;
    [[nodiscard]] bool has_file(const std::string& path) override;
    [[nodiscard]] unsigned minute_of_day() override;

private:
    struct Process {
        int pid = 0;
        bool over = false;                    // it has ended; the rest of its group has not, perhaps
        core::ProcessEnd end = {};
        UniqueFd process = {}, verdict = {}, notify = {};
        Watch ended = {}, told = {};
        Timer limit = {};                     // of a helper; of a group that is waited for
    };
    [[nodiscard]] std::filesystem::path path_of(const core::ServiceKey& key) const;
    void tell_hardening();
    void listen(const core::ServiceKey& key, Process& process);
    void hear_notice(const core::ServiceKey& key);
    void write(const core::ServiceKey& key, const ServiceRecord& record) const;
    void change(const core::ServiceKey& key, const std::function<void(ServiceRecord&)>& how) noexcept;
    void follow(const core::ServiceKey& key, Process& process);
    void reap(Process& process) const;
    void over(const core::ServiceKey& key);
    void wait_for_group(const core::ServiceKey& key);
    void helper_over(const core::Helper& helper);
    void tell_later(core::ServiceEvent event);

    Loop& loop_;
    std::filesystem::path directory_;
    Heard heard_;
    Log log_;
    DeviceFinder finder_;
    std::map<core::ServiceKey, Process> services_;
    std::map<core::Helper, Process> helpers_;
    bool hardening_told_ = false;
    std::string unreadable_;                  // why nobody knows what runs; empty: it is known
};

} // namespace had::sys
