@testable import Formats

extension FuzzCorpus {
    /// Files of a layout of delimited text.
    static func delimited(_ layout: KnownLayout) -> [String] {
        switch layout {
        case .shopifyOrders:
            [
                """
                Name,Email,Fulfillment Status,Fulfilled at,Currency,Created at,Lineitem quantity,Lineitem name,\
                Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem fulfillment status,Cancelled at,\
                Location,Lineitem discount
                #1,a@b.c,fulfilled,2024-05-02 10:00:00 +0900,GBP,2024-05-01 10:00:00 +0900,3,Mug,4.50,MUG,true,\
                fulfilled,,Main,1.00
                #1,,,,,,1,Tip,2,,false,,,,
                #2,d@e.f,,,JPY,2024-05-01 10:00:00 +0000,2,Cup,450,CUP,true,pending,2024-05-03 10:00:00 +0000,,50

                """
            ]
        case .shopifyProducts:
            [
                """
                Handle,Title,Vendor,Type,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Cost per item,Status
                mug,Mug,Acme,Cups,Red,MUG-R,4.50,'012345678905,2,active
                mug,,,,Blue,MUG-B,4.50,x,2,
                ,,,,,,,,,
                lamp,Lamp,,,Default Title,LAMP,10,,,archived

                """
            ]
        case .shopifyInventory:
            [
                """
                Handle,Title,SKU,Location,Available,On hand
                mug,Mug,MUG,Main,1,2
                mug,Mug,MUG,Far,not stocked,not stocked
                cup,Cup,CUP,Main,-3,

                """
            ]
        case .counts:
            [
                """
                sku,place,quantity,state,counted_at
                MUG,Main,5,on-hand,2011-07-01 09:30
                "a,""b",Far,-2,available,2011-07-01T09:30:00.250+01:00

                """
            ]
        case .offers:
            [
                """
                supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days,expedite_days,\
                valid_from,valid_to
                Acme,MUG,2.5,GBP,1,6,14,2.5,3,2011-01-01,2011-12-31
                Acme,CUP,,EUR,,,,,,,

                """
            ]
        case .calendars:
            [
                """
                supplier,order_days,cut_off,minimum_order_value,closures
                Acme,mon wed,16:30,100.00,2011-12-24..2012-01-02 2012-04-06
                Best,,,,

                """
            ]
        case .purchases:
            [
                """
                order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,\
                state,reference
                PO1,1,Acme,MUG,Main,10,4,2011-07-02,2.5,GBP,2011-07-01,2011-07-15,open,R1
                PO1,2,Acme,CUP,Main,3,,,,GBP,2011-07-01,,cancelled,

                """
            ]
        case .products:
            [
                """
                sku,name,vendor,category,barcode,price,cost,lifecycle
                MUG,Mug,Acme,Cups,012345678905,4.5,2.0042,phase-out
                CUP,,,,,,,

                """
            ]
        case .tillLines:
            [
                """
                receipt,line,sold_at,place,till,sku,title,quantity,price,discount,customer,currency,void
                1,1,2011-07-01 09:30,High St,T1,MUG,Mug,2,4.50,1.00,C7,GBP,
                1,2,,,T1,CUP,Cup,-1,3.00,0.50,,,no
                1,3,,,T1,,Bag,1,0.10,,,,
                2,1,2011-07-01 09:40,,T2,MUG,Mug,1,4.50,,,,yes

                """
            ]
        default: plain(layout).map { [$0] } ?? []
        }
    }

    private static func plain(_ layout: KnownLayout) -> String? {
        switch layout {
        case .moves:
            """
            id,sku,barcode,from,to,quantity,moved_at,reason
            M1,MUG,,Main,Far,5,2011-07-01 09:30,sale
            M2,,4006381333931,,Main,2,2011-03-27T01:30:00,found

            """
        case .receipts:
            """
            receipt,line,order,order_line,supplier,sku,barcode,place,quantity,damaged,received_at,lot,expires_on
            R1,1,PO1,2,Acme,MUG,,Main,10,1,2011-07-01T09:30:00+02:00,L7,2012-07-01
            R1,2,,,,,012345678905,Main,3,,2011-10-30 01:30:00.5,,

            """
        case .shipNotices:
            """
            notice,line,order,order_line,supplier,sku,barcode,quantity,shipped_at,expected_on,carton,written_at
            S1,1,PO1,2,Acme,MUG,,10,2011-07-01T09:30:00+02:00,2011-07-05,00123,2011-07-01T08:00:00Z
            S1,2,PO1,,,,012345678905,3,2011-10-30 01:30:00.5,,,

            """
        case .stages:
            """
            case,stage,start,end,place,worker
            #1,pick,2011-07-01 09:30,2011-07-01 09:35,Main,Ann
            #2,pack,2011-07-01 09:30,,,

            """
        case .scans:
            """
            tracking,status,scanned_at,carrier,location,order
            1Z9,in-transit,2011-07-01 09:30,UPS,"Hub, Köln",#1
            1Z9,Delivered,2011-07-02 10:00,,,

            """
        case .footfall:
            """
            place,from,minutes,entered,left
            High St,2011-07-01 09:00,60,120,118
            High St,2011-07-01 10:00,60,90,

            """
        case .shifts:
            """
            id,place,role,worker,from,to,break_minutes,state
            S1,Main,pick,Ann,2011-07-01 09:00,2011-07-01 17:00,30,planned
            S2,Main,till,,2011-10-30 01:00,2011-10-30 09:00,,worked

            """
        case .mentions:
            """
            id,mentioned_at,network,sku,barcode,region,reach,sentiment,text
            1,2011-07-01 09:30,forum,MUG,,GB,1200,-0.25,"So, ""nice""
            indeed"
            2,2011-07-01 09:30,video,,,,,,

            """
        case .competitorPrices:
            """
            sku,barcode,competitor,seen_at,price,currency,in_stock,postage
            MUG,,Best,2011-07-01 09:30,4.29,GBP,true,2.5
            ,012345678905,Best,2011-07-01 09:30,0.0042,,,

            """
        case .tickets:
            """
            id,opened_at,updated_at,first_reply_at,closed_at,topic,sku,barcode,order,channel,score
            1,2011-07-01 09:30,2011-07-02 09:30,2011-07-01 09:45,2011-07-02 09:30,broken,MUG,,#1,mail,0.75
            2,2011-07-01 09:30,,,,,,,,,

            """
        case .reviews:
            """
            id,reviewed_at,sku,barcode,stars,title,text
            1,2011-07-01 09:30,MUG,,5,Good,"It holds
            tea"
            2,2011-07-01 09:30,,012345678905,1,,

            """
        case .kits: "kit,component,quantity\nSET,MUG,2\nSET,CUP,0\n"
        case .aliases:
            """
            sku,scheme,value
            MUG,barcode,012345678905
            MUG,variant,77
            MUG,supplier:Acme,AC-1
            MUG,sku,OLD-MUG

            """
        case .rates: "currency,day,rate\nUSD,2011-07-01,0.6213\nJPY,2011-07-01,0.007743\n"
        case .promotions:
            """
            id,line,name,sku,category,channel,place,from,to,lift,price,discount,status,updated_at
            P1,1,"Summer, ""hot"" days",MUG,,web,Main,2011-07-01,2011-07-14,+40 %,4.49,20 %,planned,2011-06-01 09:30
            P1,,,,Cups,,,2011-07-01,2011-07-14,x1.25,,0.175,cancelled,2011-06-01T09:30:00.250+01:00
            P2,,,*,,,,2011-07-01,2011-07-01,,,,,

            """
        case .firmOrders:
            """
            order,line,sku,place,customer,quantity,due,status,updated_at
            W1,1,MUG,Main,"Acme, Ltd",1200,2011-07-14,open,2011-06-01 09:30
            W2,,CUP,,,3,2011-10-30,Shipped,

            """
        case .occasions:
            """
            day,name,kind,place,region,value,status
            2011-12-25,Christmas,holiday,,GB,,
            2011-07-01,temperature,weather,Main,,-2.5,planned
            2011-07-29,pay,Payday,,,,cancelled

            """
        case .overrides:
            """
            id,sku,place,what,value,unit,from,to,owner,reason,expires,status,updated_at
            o1,MUG,Main,forecast,12.5,units_per_day,2011-07-01,2011-07-14,ann,"fair, ""big"" one",2011-07-14,active,2011-06-01 09:30
            o2,MUG,,forecast,+20 %,,,,bob,tv,2011-12-31,,
            o3,CUP,,target,98 %,share,,,bob,gift,2011-12-31,withdrawn,
            o4,CUP,,minimum,6,,,,bob,shelf,2011-12-31,,
            o5,CUP,,lead_time,21.5,days,,,bob,strike,2011-12-31,,

            """
        default: nil
        }
    }

    /// Google Ads as a table.
    static let googleAdsTable = [
        """
        campaign.id,campaign.name,ad_group.id,ad_group_ad.ad.id,segments.date,segments.product_item_id,\
        customer.currency_code,metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,\
        metrics.conversions_value
        1,Brand,2,3,2024-05-01,shopify_GB_1_77,GBP,345,12,1234567,1.5,45.1
        1,,,,2024-05-02,MUG,,0,0,0,,1.23456789

        """
    ]
}
