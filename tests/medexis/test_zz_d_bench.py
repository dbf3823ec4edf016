import time, statistics, resource
from datetime import date
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from indicators.accounts.roles import Role
from indicators.periods import Period, between
from research.medexis.episodes.actions import rebuild_sites
from research.medexis.models import *
from research.medexis.stock_outs.calendar_queries import calendar
from tests.builders import *

def timed(label, f, n=5):
    out=[]
    for _ in range(n):
        t=time.perf_counter(); r=f(); out.append((time.perf_counter()-t)*1000)
    print(f"{label}: median {statistics.median(out):.0f} ms", flush=True); return r

@pytest.mark.django_db
@pytest.mark.parametrize("n", [8, 1700])
def test_big(client, n):
    first=a_followed_site("medexis"); products=[a_product(key=f"p{i}") for i in range(12)]
    evaluation=first.evaluation
    units=[first.unit]
    t=time.time()
    while len(units)<n:
        units.append(a_followed_site("medexis").unit)
    print("\nsites", n, time.time()-t, flush=True); t=time.time()
    u=a_user(Role.LEAD); months=list(between(Period.parse("202101"),Period.parse("202512")))
    StockReport.objects.bulk_create([StockReport(site=s,period=m.code,received_on=m.end,created_by=u) for s in units for m in months],batch_size=2000)
    with connection.cursor() as c:
        c.execute("""insert into research_stockline (report_id, product_id, opening, received, issued, lost, adjustment, closing, days_out)
         select r.id, p.id, 20, 30, 40, 0, 0, case when (r.id*7+p.id)%%11=0 then 0 else 10 end,
          case (r.id*13+p.id*5)%%9 when 0 then 0 when 1 then 5 when 2 then 31 when 3 then 12 when 4 then null when 5 then 300 else 0 end
         from research_stockreport r cross join research_product p""" )
        c.execute("analyze")
    print("lines", StockLine.objects.count(), time.time()-t, flush=True)
    t=time.time(); rebuild_sites([s.pk for s in units[:100]]); print("rebuild of 100 sites (or all)", round(time.time()-t,1), "s; again:", end=" ")
    t=time.time(); rebuild_sites([s.pk for s in units[:100]]); print(round(time.time()-t,1), "s; episodes", StockOutEpisode.objects.count(), flush=True)
    if n>100:
        t=time.time()
        for i in range(100,n,100): rebuild_sites([s.pk for s in units[i:i+100]])
        print("the other sites", round(time.time()-t), "s; episodes", StockOutEpisode.objects.count(), "peak MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024, flush=True)
        with connection.cursor() as c: c.execute("analyze")
    client.force_login(u)
    for name,q in [("stock-calendar",{"annee":"2024"}),("stock-calendar",{"annee":"2024","page":"30"}),("stock-out-list",{}),("stock-out-list",{"state":"disagree"}),("stock-out-list",{"page":"9999"}),("stock-out-list",{"state":"ongoing"})]:
        r=timed(f"{name} {q}", lambda: client.get(reverse(name),q)); print("   ", r.status_code, len(r.content)//1024, "KB")
    e=StockOutEpisode.objects.first(); r=timed("episode", lambda: client.get(reverse("stock-out-episode",args=[e.pk]))); print("   ",len(r.content)//1024,"KB")
    from django.test.utils import CaptureQueriesContext
    for name,q in [("stock-calendar",{"annee":"2024"}),("stock-out-list",{})]:
        with CaptureQueriesContext(connection) as cap: client.get(reverse(name),q)
        for x in sorted(cap.captured_queries,key=lambda x:-float(x["time"]))[:5]: print("   ",x["time"],x["sql"][:400])
