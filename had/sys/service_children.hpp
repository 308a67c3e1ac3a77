// Services as children of the daemon, where there is no systemd.
//
// Each has a session, a process group and a record (service_record.hpp).  Its end is heard by a pidfd; then the rest of
// its group is killed, and it counts as ended when nothing of the group is left.  A process that a daemon before this
// one has started is adopted by its record.  Its exit status goes to init, so nobody knows it.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/service_host.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace had::sys {

class ServiceChildren final : public ServiceHost {
public:
    // The directory is where sd_notify(3) has its sockets.
    ServiceChildren(Loop& loop, std::filesystem::path directory, Heard heard, Log log);

    [[nodiscard]] bool has(const core::ServiceKey& key) const override { return services_.contains(key); }
    Adoption adopt(const core::ServiceKey& key, const ServiceRecord& record) override;
    int start(const core::Launch& launch, const Keep& keep) override;
    void stop(const core::ServiceKey& key, bool kill) override;
    void run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper& helper) override;

private:
    struct Process {
        int pid = 0;
        bool over = false;                    // it has ended; the rest of its group has not, perhaps
        core::ProcessEnd end = {};
        UniqueFd process = {}, verdict = {}, notify = {};
        Watch ended = {}, told = {};
        Timer limit = {};                     // of a helper; of a group that is waited for
        core::Duration wait = std::chrono::milliseconds(50);      // until that is looked at
    };
    using Services = std::map<core::ServiceKey, Process>;
    void tell_hardening();
    [[nodiscard]] std::filesystem::path socket_of(const core::ServiceKey& key) const;
    void listen(const core::ServiceKey& key, Process& process);
    void hear_notice(const core::ServiceKey& key);
    void follow(const core::ServiceKey& key, Process& process);
    static void reap(Process& process);
    void over(const core::ServiceKey& key);
    void wait_for_group(const core::ServiceKey& key);
    void tell_end(Services::iterator at);
    void helper_over(const core::Helper& helper);

    Loop& loop_;
    std::filesystem::path directory_;
    Heard heard_;
    Log log_;
    Services services_;
    std::map<core::Helper, Process> helpers_;
    bool hardening_told_ = false;
};

} // namespace had::sys
